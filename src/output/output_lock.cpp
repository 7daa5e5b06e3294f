#include "qke/output/output_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "qke/base/error.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

// Whether the path still leads to the file that is open: who ends a run removes its lock file.
bool leads_to(const fs::path& path, const FileDescriptor& file) {
  struct stat there {
  }, here{};
  return ::stat(path.c_str(), &there) == 0 && ::fstat(file.get(), &here) == 0 &&
         there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

FileDescriptor lock(const fs::path& path, const fs::path& target) {
  constexpr int attempts = 100;
  for (int attempt = 1;; ++attempt) {
    constexpr mode_t as_umask_allows = 0666;
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, as_umask_allows));
    if (file.get() < 0) {
      throw InputOutputError("cannot write '" + target.string() + "' (creating the lock file '" +
                             path.string() + "': " + std::strerror(errno) +
                             "). Choose another place with -o.");
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      throw InputOutputError("cannot write '" + target.string() + "' (another run is writing it and holds '" +
                             path.string() + "'). Wait for it, or choose another name with -o.");
    }
    if (leads_to(path, file) || attempt == attempts) return file;
  }
}

}  // namespace

OutputLock::OutputLock(const fs::path& target)
    : path_(target.string() + ".lock"), descriptor_(lock(path_, target)) {}

// Removed while it is still locked: whoever opens it between the two lines finds that it is gone.
OutputLock::~OutputLock() { ::unlink(path_.c_str()); }

}  // namespace qke
