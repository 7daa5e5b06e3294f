// Stops a run that does not stop by itself soon enough: a step, or the tables before the
// first one, may take minutes.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "command/stop_signals.hpp"

namespace qke {

class StopWatch {
 public:
  // When a request to stop is half a second old, `stop` is called on a thread of the
  // watch's own, while the computation goes on. It has to save the run, and to end the
  // process.
  explicit StopWatch(std::function<void(const StopRequest&)> stop);
  ~StopWatch();
  StopWatch(const StopWatch&) = delete;
  StopWatch& operator=(const StopWatch&) = delete;

 private:
  void watch();

  std::function<void(const StopRequest&)> stop_;
  std::mutex mutex_;
  std::condition_variable end_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace qke
