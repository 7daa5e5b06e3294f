// Runs the real program as a user's shell does, in a directory of its own.
#include "cli/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace qke::test {
namespace {

// In the child, after fork: only calls that are safe there.
[[noreturn]] void become_program(const char* directory, int out, int err, char** arguments) {
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (chdir(directory) == 0) execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "qke-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryDirectory::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string TemporaryDirectory::read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(path_ / name, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> TemporaryDirectory::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

Process::Process(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), QKE_PROGRAM);
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  const std::string out_name = streams_.path() / "stdout", err_name = streams_.path() / "stderr";
  const int out = open(out_name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int err = open(err_name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  child_ = fork();
  if (child_ == 0) become_program(directory.c_str(), out, err, pointers.data());
  close(out);
  close(err);
  if (child_ < 0) throw std::runtime_error("fork failed");
}

Process::~Process() {
  if (child_ <= 0) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

void Process::send(int signal) const { kill(child_, signal); }

void Process::wait_until(const std::function<bool()>& condition) const {
  siginfo_t ended{};
  while (!condition() && ended.si_pid == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return;
  }
}

Outcome Process::wait() {
  int status = 0;
  rusage usage{};
  wait4(child_, &status, 0, &usage);
  child_ = 0;
  const int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return {exit_status, streams_.read("stdout"), streams_.read("stderr"), usage.ru_maxrss};
}

Outcome run_program(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  return Process(directory, arguments).wait();
}

}  // namespace qke::test
