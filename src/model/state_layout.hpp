// The one map between the names of the unknowns and their places in the solver's vector:
// for every momentum node the components of its density matrices, node after node; then
// named blocks that belong to no node; then the temperature of the plasma.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace qke {

struct StateBlock {
  std::string name;
  int first, size;
};

class StateLayout {
 public:
  StateLayout(int nodes, int per_node) : nodes_(nodes), per_node_(per_node), temperature_(nodes * per_node) {}

  // Appends a block, and says where it is.
  StateBlock add(std::string name, int size) {
    blocks_.push_back({std::move(name), temperature_, size});
    temperature_ += size;
    return blocks_.back();
  }

  int nodes() const { return nodes_; }
  int per_node() const { return per_node_; }
  int dimension() const { return temperature_ + 1; }
  int index(int node, int component) const { return node * per_node_ + component; }
  int of_nodes() const { return nodes_ * per_node_; }
  int temperature() const { return temperature_; }
  const std::vector<StateBlock>& blocks() const { return blocks_; }

 private:
  int nodes_, per_node_, temperature_;
  std::vector<StateBlock> blocks_;
};

}  // namespace qke
