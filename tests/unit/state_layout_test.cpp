// model/state_layout: every unknown has one place in the vector of the solver.
#include "model/state_layout.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qke {
namespace {

TEST(StateLayout, PutsNodesAndThenTheTemperature) {
  const StateLayout layout(4, 3);
  EXPECT_EQ(layout.index(0, 0), 0);
  EXPECT_EQ(layout.index(2, 1), 7);
  EXPECT_EQ(layout.of_nodes(), 12);
  EXPECT_EQ(layout.temperature(), 12);
  EXPECT_EQ(layout.dimension(), 13);
  EXPECT_TRUE(layout.blocks().empty());
}

TEST(StateLayout, PutsBlocksBetweenTheNodesAndTheTemperature) {
  StateLayout layout(4, 3);
  const StateBlock first = layout.add("first", 2), none = layout.add("none", 0), last = layout.add("last", 5);
  EXPECT_EQ(first.first, 12);
  EXPECT_EQ(none.first, 14);
  EXPECT_EQ(none.size, 0);
  EXPECT_EQ(last.first, 14);
  EXPECT_EQ(layout.temperature(), 19);
  EXPECT_EQ(layout.dimension(), 20);
  ASSERT_EQ(layout.blocks().size(), 3U);
  EXPECT_EQ(layout.blocks()[2].name, "last");
  EXPECT_EQ(layout.of_nodes(), 12);
}

TEST(StateLayout, GivesEveryPlaceOnce) {
  StateLayout layout(5, 9);
  layout.add("a", 3);
  layout.add("b", 1);
  std::vector<int> uses(layout.dimension(), 0);
  for (int i = 0; i < layout.nodes(); ++i) {
    for (int c = 0; c < layout.per_node(); ++c) ++uses[layout.index(i, c)];
  }
  for (const StateBlock& block : layout.blocks()) {
    for (int k = 0; k < block.size; ++k) ++uses[block.first + k];
  }
  ++uses[layout.temperature()];
  EXPECT_EQ(uses, std::vector<int>(layout.dimension(), 1));
}

}  // namespace
}  // namespace qke
