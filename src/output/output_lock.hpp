// Two runs must not write one file: who runs for it holds a lock, which the system takes back when the
// process ends in whatever way.
#pragma once

#include <filesystem>

#include "output/file_descriptor.hpp"

namespace qke {

class OutputLock {
 public:
  // The lock is a file beside the target, .RUN.h5.qke-lock for RUN.h5, with a line of its own. Another file
  // that has this name is not touched: InputOutputError, as when another process holds the lock, or there
  // can be no file beside the target. Where the file system has no locks, it is held by everyone.
  explicit OutputLock(const std::filesystem::path& target);
  ~OutputLock();
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

  // Removes the file; for a process that ends without destructors.
  void release();

 private:
  std::filesystem::path path_;
  FileDescriptor descriptor_;
};

}  // namespace qke
