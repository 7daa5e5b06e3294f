// Write, force to disk, rename: with POSIX calls, because each may fail and errno says why.
#include "output/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>  // renameat2
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "output/file_descriptor.hpp"
#include "output/side_files.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

[[noreturn]] void fail(const fs::path& target, const std::string& action, int error_number) {
  const bool is_full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  throw InputOutputError(
      "cannot write " + quoted(target) + " (" + action + ": " + std::strerror(error_number) + "). " +
      (is_full ? "Free some space, or choose another place with -o." : "Choose another place with -o."));
}

[[noreturn]] void fail_because_it_exists(const fs::path& target) {
  throw InputOutputError("cannot write " + quoted(target) +
                         " (it exists, and nothing is overwritten without --force)."
                         " Choose another name with -o, or add --force.");
}

fs::path directory_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

// A new file beside the target, removed at the end of its life unless it was published.
class TemporaryFile {
 public:
  TemporaryFile(fs::path target, const fs::path& like);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!published_) ::unlink(path_.c_str());
  }

  const fs::path& path() const noexcept { return path_; }
  void write(std::span<const std::byte> content);
  void force_to_disk();
  void publish(const fs::path& name, bool force);

 private:
  int create(mode_t mode);
  void take_mode_and_owner_of(const struct stat& file);

  fs::path target_;
  fs::path path_;
  std::optional<FileDescriptor> descriptor_;
  bool published_ = false;
};

// Until the file has the mode and owner of `like` nobody else can read it.
TemporaryFile::TemporaryFile(fs::path target, const fs::path& like) : target_(std::move(target)) {
  struct stat old {};
  const bool is_like_another = ::stat(like.c_str(), &old) == 0 && S_ISREG(old.st_mode);
  constexpr mode_t as_umask_allows = 0666, private_mode = 0600;
  descriptor_.emplace(create(is_like_another ? private_mode : as_umask_allows));
  if (is_like_another) take_mode_and_owner_of(old);
}

// Only root may change the owner. If the group cannot be kept, no other group gets its rights.
void TemporaryFile::take_mode_and_owner_of(const struct stat& file) {
  constexpr uid_t same_owner = static_cast<uid_t>(-1);
  constexpr mode_t permissions = S_IRWXU | S_IRWXG | S_IRWXO;
  const int descriptor = descriptor_->get();
  const bool has_group = ::fchown(descriptor, file.st_uid, file.st_gid) == 0 ||
                         ::fchown(descriptor, same_owner, file.st_gid) == 0;
  // Not an error if it fails: some file systems have one mode for all.
  static_cast<void>(::fchmod(descriptor, file.st_mode & (has_group ? permissions : permissions & ~S_IRWXG)));
}

// A killed run may have left a file with this process number: then the next free name is taken.
int TemporaryFile::create(mode_t mode) {
  const std::string stem = temporary_file_of(target_);
  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    path_ = attempt == 0 ? stem : stem + "." + std::to_string(attempt);
    const int descriptor = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor >= 0) return descriptor;
    if (errno != EEXIST) break;
  }
  fail(target_, "creating the temporary file " + quoted(path_), errno);
}

void TemporaryFile::write(std::span<const std::byte> content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor_->get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(target_, "writing", errno);
    content = content.subspan(static_cast<std::size_t>(written));
  }
}

void TemporaryFile::force_to_disk() {
  if (::fsync(descriptor_->get()) != 0) fail(target_, "forcing to disk", errno);
  if (descriptor_->close() != 0) fail(target_, "closing", errno);
}

void TemporaryFile::publish(const fs::path& name, bool force) {
  if (force) {
    if (::rename(path_.c_str(), name.c_str()) != 0) fail(target_, "renaming the temporary file", errno);
  } else if (const int error_number = rename_without_replacing(path_, name)) {
    if (error_number == EEXIST) fail_because_it_exists(target_);
    fail(target_, "renaming the temporary file without replacing another", error_number);
  }
  published_ = true;
}

// Makes the new name durable. Not an error if it fails: the file is there and whole, and some
// directories may be written to but not opened.
void force_directory_to_disk(const fs::path& directory) {
  const FileDescriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) ::fsync(descriptor.get());
}

void check_directory(const fs::path& target) {
  const fs::path directory = directory_of(target);
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (status.type() == fs::file_type::not_found) {
    throw InputOutputError("cannot write " + quoted(target) + " (there is no directory " + quoted(directory) +
                           "). Create it, or choose another place with -o.");
  }
  if (error) fail(target, "looking at its directory", error.value());
  if (!fs::is_directory(status)) {
    throw InputOutputError("cannot write " + quoted(target) + " (" + quoted(directory) +
                           " is not a directory). Choose another place with -o.");
  }
}

std::string kind_of(const fs::file_status& status) {
  if (status.type() == fs::file_type::fifo) return "a pipe";
  return status.type() == fs::file_type::socket ? "a socket" : "a device";
}

void check_name(const fs::path& target, bool force) {
  if (!target.has_filename()) {
    throw InputOutputError("cannot write " + quoted(target) +
                           " (this names no file). Give a file name to -o.");
  }
  check_directory(target);
  std::error_code error;
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) {
    throw InputOutputError("cannot write " + quoted(target) +
                           " (it is a directory). Give a file name to -o.");
  }
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw InputOutputError("cannot write " + quoted(target) + " (it is " + kind_of(status) +
                           ", not a regular file). Give a file name to -o.");
  }
  const bool is_taken = fs::exists(fs::symlink_status(target, error));  // a dangling link takes the name, too
  if (is_taken && !force) fail_because_it_exists(target);
}

// Replacing a file may be refused where creating one is allowed: in a sticky directory, for an immutable file
// or a mount point. A directory cannot replace a file in any case, and the attempt changes nothing; but its
// errno tells whether a file could.
void check_replacement(const fs::path& target) {
  struct statx status {};
  if (::statx(AT_FDCWD, target.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) != 0) return;  // nothing to replace
  if ((status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) fail(target, "replacing the file", EBUSY);
  std::string directory = target.string() + ".check.XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) fail(target, "creating '" + directory + "'", errno);
  const int error_number = ::rename(directory.c_str(), target.c_str()) == 0 ? 0 : errno;
  ::rmdir(error_number == 0 ? target.c_str() : directory.c_str());  // 0: the file is gone meanwhile
  for (const int refusal : {EPERM, EACCES, EBUSY, EROFS}) {
    if (error_number == refusal) fail(target, "replacing the file", error_number);
  }
}

}  // namespace

fs::path real_path(const fs::path& target) {
  std::error_code error;
  if (!fs::is_symlink(target, error)) return target;
  const fs::path file = fs::canonical(target, error);
  return error ? target : file;
}

// Some file systems do not know the flag (NFS): these have hard links.
int rename_without_replacing(const fs::path& from, const fs::path& to) {
#ifdef RENAME_NOREPLACE
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  return ::unlink(from.c_str()) == 0 ? 0 : errno;
}

void write_atomically(const fs::path& target, std::span<const std::byte> content, bool force,
                      const fs::path& like) {
  check_name(target, force);
  TemporaryFile temporary(target, like.empty() ? target : like);
  temporary.write(content);
  temporary.force_to_disk();
  temporary.publish(target, force);
  force_directory_to_disk(directory_of(target));
}

void check_atomic_write(const fs::path& target, bool force) {
  check_name(target, force);
  check_replacement(target);
  constexpr std::byte something[] = {std::byte{0}};
  TemporaryFile temporary(target, target);
  temporary.write(something);
  temporary.force_to_disk();
  fs::path other_name = temporary.path();
  other_name += ".check";
  temporary.publish(other_name, force);
  ::unlink(other_name.c_str());
}

}  // namespace qke
