// Two runs must not write the same file: a run locks its output. The system releases the lock however the
// process ends.
#pragma once

#include <filesystem>

#include "output/file_descriptor.hpp"

namespace qke {

class OutputLock {
 public:
  // The lock is a file beside the target, .RUN.h5.qke-lock for RUN.h5, that begins with a line of its own.
  // Throws InputOutputError if another process holds the lock, if a file of another program has the name (it
  // is not touched), or if no file can be created there. On a file system without locks everyone gets it.
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
