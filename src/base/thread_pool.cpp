#include "base/thread_pool.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace qke {
namespace {

// One call of for_each. Workers may still hold it after the call has returned, hence the
// shared_ptr; but `task` is used only by a thread that has claimed a part, for which the
// caller waits.
struct Job {
  const std::function<void(int)>* task = nullptr;
  int count = 0;
  std::atomic<int> next{0}, done{0};
  std::mutex failure_mutex;
  std::exception_ptr failure;

  void work() {
    for (int part = next++; part < count; part = next++) {
      try {
        (*task)(part);
      } catch (...) {
        const std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
      }
      // A task that throws is done, too: the caller waits for a count, not for success.
      if (++done == count) done.notify_all();
    }
  }
};

}  // namespace

struct ThreadPool::Implementation {
  std::mutex mutex;
  std::condition_variable wake;
  std::shared_ptr<Job> job;  // the newest
  std::atomic<unsigned> jobs{0};
  bool stop = false;
  std::vector<std::thread> workers;

  void worker() {
    std::shared_ptr<Job> last;
    unsigned seen = 0;
    for (;;) {
      // Jobs follow closely, and waking a thread takes as long as many jobs: a worker
      // polls for the next one for 0.1 ms before it sleeps (docs/dev/performance.md).
      // yield() gives the core to other processes that want it.
      const auto patience = std::chrono::steady_clock::now() + std::chrono::microseconds(100);
      while (jobs == seen && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [&] { return stop || job != last; });
        if (stop) return;
        last = job;
        seen = jobs;
      }
      last->work();
    }
  }
};

ThreadPool::ThreadPool(int threads) : implementation_(std::make_unique<Implementation>()) {
  // If the system refuses more threads, fewer do the work: slower, with the same result.
  try {
    for (int n = 1; n < threads; ++n)
      implementation_->workers.emplace_back([pool = implementation_.get()] { pool->worker(); });
  } catch (const std::system_error&) {
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(implementation_->mutex);
    implementation_->stop = true;
  }
  implementation_->wake.notify_all();
  for (std::thread& worker : implementation_->workers) worker.join();
}

void ThreadPool::for_each(int count, const std::function<void(int)>& task) {
  const auto job = std::make_shared<Job>();
  job->task = &task;
  job->count = count;
  if (!implementation_->workers.empty() && count > 1) {
    {
      const std::lock_guard lock(implementation_->mutex);
      implementation_->job = job;
      ++implementation_->jobs;
    }
    implementation_->wake.notify_all();
  }
  job->work();
  for (int done = job->done; done < count; done = job->done) job->done.wait(done);
  if (job->failure) std::rethrow_exception(job->failure);
}

}  // namespace qke
