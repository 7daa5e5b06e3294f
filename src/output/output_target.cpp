#include "output/output_target.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "output/atomic_file.hpp"
#include "output/side_files.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& target, const std::string& reason, const std::string& remedy) {
  throw InputOutputError("cannot write '" + target + "' (" + reason + "). " + remedy);
}

fs::path directory_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

void refuse_length(const std::string& target, const std::string& what, const std::string& text,
                   std::size_t longest) {
  if (text.size() <= longest) return;
  constexpr std::size_t shown = 40;
  fail(target.substr(0, shown) + (target.size() > shown ? "..." : ""),
       "its " + what + " has " + std::to_string(text.size()) + " bytes; " + std::to_string(longest) +
           " are possible, as files beside it have longer names",
       "Choose a shorter name with -o.");
}

void refuse_long_name(const fs::path& target) {
  const long limit = ::pathconf(directory_of(target).c_str(), _PC_NAME_MAX);
  const auto longest = static_cast<std::size_t>(limit > 0 ? limit : NAME_MAX);
  refuse_length(target.string(), "path", target.string(), PATH_MAX - 1 - longest_addition);
  refuse_length(target.string(), "name", target.filename().string(), longest - longest_addition);
}

// Whether the shell has redirected stdin, stdout or stderr to the file.
bool is_open_as_stream(const fs::path& target) {
  struct stat file {};
  if (::stat(target.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return false;
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat stream {};
    const bool is_open = ::fstat(descriptor, &stream) == 0;
    if (is_open && stream.st_dev == file.st_dev && stream.st_ino == file.st_ino) return true;
  }
  return false;
}

// Whether the name is /dev/stdout, /dev/fd/1 or the like, wherever it leads.
bool is_name_of_stream(const fs::path& target) {
  std::error_code error;
  const fs::path link = fs::read_symlink(target, error);
  const fs::path directory = fs::canonical(directory_of(error ? target : link), error);
  return directory.string().rfind("/proc/", 0) == 0 && directory.filename() == "fd";
}

}  // namespace

void check_output_target(const fs::path& target, bool force) {
  refuse_long_name(target);
  if (is_name_of_stream(target) || is_open_as_stream(target)) {
    fail(target.string(), "it is a stream of the program, not a file of its own", "Give a file name to -o.");
  }
  if (has_name_of_side_file(target)) {
    fail(target.string(), "runs make and remove files of such names beside their outputs",
         "Choose another name with -o.");
  }
  check_atomic_write(target, force);
}

}  // namespace qke
