// Two runs must not write one file: who runs for it holds a lock, which the system takes back when the
// process ends in whatever way.
#pragma once

#include <filesystem>

#include "qke/output/file_descriptor.hpp"

namespace qke {

class OutputLock {
 public:
  // Throws InputOutputError if another process holds the lock of the target, or there can be no file beside
  // it. Where the file system has no locks, it is held by everyone.
  explicit OutputLock(const std::filesystem::path& target);
  ~OutputLock();
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

 private:
  std::filesystem::path path_;  // an empty file beside the target
  FileDescriptor descriptor_;
};

}  // namespace qke
