// The solver for Python: qke_decouple._core. Plain functions; the package's Python files
// make its interface of them.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "qke/error.hpp"
#include "qke/parameters.hpp"
#include "qke/run.hpp"
#include "qke/version.hpp"

namespace py = pybind11;

namespace {

using Release = py::gil_scoped_release;

// Python's signal handlers interrupt system calls: while a file is written signals have to
// go to another thread, or to wait. Threads that begin meanwhile never get any.
class SignalsWait {
 public:
  SignalsWait() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsWait() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;

 private:
  sigset_t before_{};
};

// A run on a thread of its own, so that Python can look for signals meanwhile. The thread
// touches nothing of Python's.
class Task {
 public:
  Task(const qke::Parameters& parameters, qke::RunOptions options)
      : run_(parameters, with_callbacks(std::move(options))) {}

  void solve() {
    try {
      record_ = run_.solve();
    } catch (...) {
      failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    over_.notify_all();
  }

  bool wait_for(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return over_.wait_for(lock, patience, [this] { return is_over_; });
  }

  std::optional<qke::Error> stop(const std::string& cause) {
    return run_.stop(qke::ExitStatus::interrupted, cause);
  }

  qke::Progress progress() {
    const std::lock_guard lock(mutex_);
    return progress_;
  }

  // When the thread has ended.
  qke::RunRecord result() {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(record_);
  }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  qke::RunOptions with_callbacks(qke::RunOptions options) {
    options.on_step = [this](const qke::Progress& progress) {
      const std::lock_guard lock(mutex_);
      progress_ = progress;
    };
    options.on_warning = [this](const std::string& text) { warnings_.push_back(text); };
    return options;
  }

  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  qke::Progress progress_;
  std::vector<std::string> warnings_;
  qke::RunRecord record_;
  std::exception_ptr failure_;
  qke::ResumableRun run_;
};

py::dict as_dict(const qke::Progress& progress) {
  py::dict values;
  values["fraction"] = progress.fraction;
  values["T_cm"] = progress.T_cm;
  values["z"] = progress.z;
  values["N_eff"] = progress.N_eff;
  values["steps"] = progress.steps;
  return values;
}

// Waits for the end. Signal handlers run meanwhile, and `watch(progress)`, if it is not
// None; both may raise.
void attend(Task& task, const py::object& watch) {
  constexpr std::chrono::milliseconds interval(50);
  const auto is_over = [&] {
    const Release other_threads_run;
    return task.wait_for(interval);
  };
  while (!is_over()) {
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!watch.is_none()) watch(as_dict(task.progress()));
  }
}

// Saves the run for the exception that ends it, which gets a note of what the file holds.
// A step may last minutes: after half a second its thread is left to end by itself.
void stop(Task& task, std::thread& thread, const py::error_already_set& cause) {
  constexpr std::chrono::milliseconds patience(500);
  const auto name = py::str(cause.type().attr("__name__")).cast<std::string>();
  std::optional<qke::Error> stopped;
  {
    const Release other_threads_run;
    const SignalsWait until_it_is_saved;
    stopped = task.stop(name);
    if (!stopped || task.wait_for(patience)) {
      thread.join();
    } else {
      thread.detach();
    }
  }
  if (!stopped) return;
  py::module_::import("qke_decouple.errors").attr("add_note")(cause.value(), stopped->what());
}

// The record, and the warnings about files.
std::pair<qke::SavedRun, std::vector<std::string>> run(const qke::Parameters& parameters,
                                                       qke::RunOptions options, const py::object& watch) {
  std::shared_ptr<Task> task;
  {
    const Release other_threads_run;
    task = std::make_shared<Task>(parameters, std::move(options));
  }
  std::thread thread = [&] {
    const SignalsWait in_the_new_thread;
    return std::thread([task] { task->solve(); });
  }();
  try {
    attend(*task, watch);
  } catch (const py::error_already_set& cause) {
    stop(*task, thread, cause);
    throw;
  }
  {
    const Release other_threads_run;
    thread.join();
  }
  return {qke::SavedRun{parameters, task->result()}, task->warnings()};
}

// Errors of the solver become exceptions of the package (qke_decouple/errors.py).
void raise(const qke::Error& error, const std::string& key) {
  const py::object exception = py::module_::import("qke_decouple.errors")
                                   .attr("from_status")(static_cast<int>(error.status()), error.what(), key);
  PyErr_SetObject(py::type::of(exception).ptr(), exception.ptr());
}

void translate(std::exception_ptr pointer) {
  try {
    if (pointer) std::rethrow_exception(pointer);
  } catch (const qke::ConfigurationError& error) {
    raise(error, error.key());
  } catch (const qke::Error& error) {
    raise(error, "");
  }
}

void define_options(py::module_& module) {
  py::class_<qke::RunOptions>(module, "RunOptions")
      .def(py::init<>())
      .def_readwrite("threads", &qke::RunOptions::threads)
      .def_readwrite("output", &qke::RunOptions::output)
      .def_readwrite("configuration", &qke::RunOptions::configuration)
      .def_readwrite("resume", &qke::RunOptions::resume)
      .def_readwrite("force", &qke::RunOptions::force)
      .def_readwrite("command_line", &qke::RunOptions::command_line);
}

void define_parameters(py::module_& module) {
  py::class_<qke::Parameters>(module, "Parameters")
      .def("to_toml", &qke::to_toml)
      .def("warnings", &qke::configuration_warnings);
  module.def("read_configuration", &qke::read_configuration, py::call_guard<Release>());
  module.def("parse_configuration", &qke::parse_configuration, py::call_guard<Release>());
  py::class_<qke::KeyDescription>(module, "KeyDescription")
      .def_readonly("name", &qke::KeyDescription::name)
      .def_readonly("unit", &qke::KeyDescription::unit)
      .def_readonly("default_value", &qke::KeyDescription::default_value)
      .def_readonly("values", &qke::KeyDescription::values)
      .def_readonly("meaning", &qke::KeyDescription::meaning)
      .def_readonly("decided_by", &qke::KeyDescription::decided_by)
      .def("__repr__", [](const qke::KeyDescription& key) {
        return "<" + key.name + " = " + key.default_value + ": " + key.meaning + ">";
      });
  module.def("describe_keys", &qke::describe_keys);
}

void define_runs(py::module_& module) {
  py::class_<qke::SavedRun>(module, "SavedRun")
      .def_readonly("parameters", &qke::SavedRun::parameters)
      .def("summary_json",
           [](const qke::SavedRun& self, const std::string& output) {
             return qke::summary_json(self.record.summary, output);
           })
      .def(
          "write",
          [](const qke::SavedRun& self, const std::filesystem::path& file, bool force) {
            qke::write_run(file, self.record, self.parameters, force);
          },
          py::call_guard<Release>());
  module.def("read_run", &qke::read_run, py::call_guard<Release>());
  module.def("run", &run);
  module.def("default_threads", &qke::default_threads);
  module.def("program_version", &qke::program_version);
  module.def("git_commit", &qke::git_commit);
}

}  // namespace

// NOLINTNEXTLINE: pybind11's macro
PYBIND11_MODULE(_core, module) {
  py::register_exception_translator(&translate);
  define_options(module);
  define_parameters(module);
  define_runs(module);
}
