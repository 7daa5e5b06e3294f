// Threads that share the independent parts of a computation.
//
// The caller takes part, and never waits for a thread that has not started on a part: on
// a busy machine a pool is no slower than one thread alone. OpenMP, whose barriers wait
// for every thread, is much slower there.
#pragma once

#include <functional>
#include <memory>

namespace qke {

class ThreadPool {
 public:
  // threads >= 1, the caller's own included; fewer where the system does not give so
  // many.
  explicit ThreadPool(int threads = 1);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Calls task(0) ... task(count - 1), each once, in any order, and returns when all are
  // done. If tasks throw, it throws the first of their exceptions after all have finished.
  // A task must not call for_each.
  void for_each(int count, const std::function<void(int)>& task);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// All computations of a run share one pool; the default is one of a single thread.
using Threads = std::shared_ptr<ThreadPool>;
inline Threads one_thread() { return std::make_shared<ThreadPool>(1); }

}  // namespace qke
