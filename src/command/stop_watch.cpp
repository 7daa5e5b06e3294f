#include "command/stop_watch.hpp"

#include <chrono>
#include <system_error>
#include <utility>

namespace qke {

// Where the system gives no thread for the watch, the run still stops by itself after its
// step.
StopWatch::StopWatch(std::function<void(const StopRequest&)> stop) : stop_(std::move(stop)) {
  try {
    thread_ = std::thread([this] { watch(); });
  } catch (const std::system_error&) {
  }
}

StopWatch::~StopWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  end_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void StopWatch::watch() {
  // Polled, as a signal handler may not notify a condition variable.
  constexpr std::chrono::milliseconds interval(100), patience(500);
  const auto is_over = [this] { return is_over_; };
  std::unique_lock lock(mutex_);
  while (!stop_request()) {
    if (end_.wait_for(lock, interval, is_over)) return;
  }
  if (!end_.wait_for(lock, patience, is_over)) stop_(*stop_request());
}

}  // namespace qke
