// The main function of the test programs. A test that fails prints the seed of its random
// numbers.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "support/seed.hpp"

namespace {

class SeedPrinter : public testing::EmptyTestEventListener {
  // std::rand() gives Eigen's Random().
  void OnTestStart(const testing::TestInfo&) override { std::srand(qke::independent::seed(1)); }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (test.result()->Failed()) std::cout << "QKE_TEST_SEED=" << qke::independent::test_seed() << "\n";
  }
};

}  // namespace

int main(int argument_count, char** arguments) {
  testing::InitGoogleTest(&argument_count, arguments);
  testing::UnitTest::GetInstance()->listeners().Append(new SeedPrinter);  // which then owns it
  return RUN_ALL_TESTS();
}
