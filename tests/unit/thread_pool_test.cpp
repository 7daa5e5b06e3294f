// base/thread_pool: every part once, for any number of threads; exceptions come out.
#include "base/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace qke {
namespace {

TEST(ThreadPool, DoesEveryPartOnce) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (int repetition = 0; repetition < 200; ++repetition) {
      std::vector<std::atomic<int>> done(37);
      pool.for_each(37, [&](int part) { ++done[static_cast<std::size_t>(part)]; });
      for (const auto& count : done) ASSERT_EQ(count, 1);
    }
  }
}

TEST(ThreadPool, SharesTheParts) {
  ThreadPool pool(2);
  // Each of the two parts waits until the other one has begun: one thread alone would wait for ever.
  std::atomic<int> begun{0};
  pool.for_each(2, [&](int) {
    ++begun;
    while (begun < 2) std::this_thread::yield();
  });
  EXPECT_EQ(begun, 2);
}

TEST(ThreadPool, ThrowsWhatATaskThrewAndGoesOn) {
  for (const int threads : {1, 3}) {
    ThreadPool pool(threads);
    std::atomic<int> done{0};
    EXPECT_THROW(pool.for_each(10,
                               [&](int part) {
                                 if (part == 4) throw std::runtime_error("part 4");
                                 ++done;
                               }),
                 std::runtime_error);
    EXPECT_EQ(done, 9);
    pool.for_each(10, [&](int) { ++done; });
    EXPECT_EQ(done, 19);
  }
}

TEST(ThreadPool, NothingToDo) {
  ThreadPool pool(2);
  pool.for_each(0, [](int) { FAIL(); });
}

}  // namespace
}  // namespace qke
