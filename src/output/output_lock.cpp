#include "output/output_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "output/atomic_file.hpp"
#include "output/side_files.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

// A lock file of this program begins with it.
constexpr std::string_view mark = "lock of qke-decouple, process ";

[[noreturn]] void fail(const fs::path& target, const std::string& reason, const std::string& remedy) {
  throw InputOutputError("cannot write '" + target.string() + "' (" + reason + "). " + remedy);
}

// Whether the path still names the open file: a run that ends removes its lock file.
bool leads_to(const fs::path& path, const FileDescriptor& file) {
  struct stat there {
  }, here{};
  return ::lstat(path.c_str(), &there) == 0 && ::fstat(file.get(), &here) == 0 &&
         there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

bool is_ours(const FileDescriptor& file) {
  std::array<char, mark.size()> beginning{};
  const ssize_t length = ::pread(file.get(), beginning.data(), beginning.size(), 0);
  return length == static_cast<ssize_t>(mark.size()) &&
         std::string_view(beginning.data(), beginning.size()) == mark;
}

bool is_held_by_another(const FileDescriptor& file) {
  return ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

// A new lock file, or nothing if the name is taken. It is written and locked under another name and then
// renamed: under its own name it is never empty or unlocked.
std::optional<FileDescriptor> create(const fs::path& path, const fs::path& target) {
  std::string other_name = path.string() + ".XXXXXX";
  FileDescriptor file(::mkostemp(other_name.data(), O_CLOEXEC));
  if (file.get() < 0) {
    fail(target, "creating a lock file '" + path.string() + "': " + std::strerror(errno),
         "Choose another place with -o.");
  }
  const std::string line = std::string(mark) + std::to_string(::getpid()) + "\n";
  const bool is_written = ::write(file.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
  int error_number = is_written ? 0 : errno;
  if (is_written) {
    static_cast<void>(is_held_by_another(file));
    error_number = rename_without_replacing(other_name, path);
    if (error_number == 0) return file;
  }
  ::unlink(other_name.c_str());
  if (error_number == EEXIST) return std::nullopt;
  fail(target, "creating a lock file '" + path.string() + "': " + std::strerror(error_number),
       "Choose another place with -o.");
}

// The lock file that a killed run left behind, or nothing if it is gone meanwhile.
std::optional<FileDescriptor> take_over(const fs::path& path, const fs::path& target) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return std::nullopt;
  const std::string reason = file.get() < 0 ? std::strerror(errno) : "it is another program's";
  if (file.get() < 0 || !is_ours(file)) {
    fail(target, "'" + path.string() + "' has the name of the lock file: " + reason,
         "Move it, or choose another name with -o.");
  }
  if (is_held_by_another(file)) {
    fail(target, "another run is writing it and holds '" + path.string() + "'",
         "Wait for it, or choose another name with -o.");
  }
  if (!leads_to(path, file)) return std::nullopt;
  return file;
}

FileDescriptor lock(const fs::path& path, const fs::path& target) {
  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (auto file = create(path, target)) return std::move(*file);
    if (auto file = take_over(path, target)) return std::move(*file);
  }
  fail(target, "other runs keep creating and removing '" + path.string() + "'",
       "Choose another name with -o.");
}

}  // namespace

OutputLock::OutputLock(const fs::path& target)
    : path_(lock_file_of(target)), descriptor_(lock(path_, target)) {}

OutputLock::~OutputLock() { release(); }

// Removed while it is still locked: whoever opened it before then finds that it is gone (leads_to).
void OutputLock::release() {
  if (leads_to(path_, descriptor_)) ::unlink(path_.c_str());
  descriptor_.close();
}

}  // namespace qke
