// Progress of a run for the eyes: one line rewritten in place on a terminal, plain lines elsewhere.
#include "qke/command/progress_display.hpp"

#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string_view>

namespace qke {
namespace {

constexpr double plain_interval_s = 2.0;
constexpr double rewriting_interval_s = 0.1;

std::string minutes_and_seconds(double time_s) {
  const long seconds = std::lround(time_s);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%ld:%02ld", seconds / 60, seconds % 60);
  return text.data();
}

}  // namespace

ProgressStyle progress_style_of_stderr(bool quiet) {
  if (quiet) return ProgressStyle::silent;
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) != 0 && !is_dumb ? ProgressStyle::rewritten_line : ProgressStyle::plain_lines;
}

std::string progress_text(const Progress& progress, double elapsed_s) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "T_cm %.4g MeV  z %.4f  N_eff %.3f  %ld steps  %s elapsed",
                progress.T_cm, progress.z, progress.N_eff, progress.steps,
                minutes_and_seconds(elapsed_s).c_str());
  // Steps are not spread evenly in ln x, so the time left is a rough guess; early on it would be none.
  constexpr double least_fraction = 0.02;
  const double done = progress.fraction - progress.first_fraction;
  if (done < least_fraction) return text.data();
  const double left_s = elapsed_s * (1.0 - progress.fraction) / done;
  return text.data() + ("  " + minutes_and_seconds(left_s)) + " left";
}

ProgressDisplay::ProgressDisplay(std::ostream& stream, ProgressStyle style, bool coloured)
    : stream_(stream),
      style_(style),
      coloured_(coloured),
      next_update_s_(style == ProgressStyle::rewritten_line ? rewriting_interval_s : plain_interval_s) {}

ProgressDisplay::~ProgressDisplay() { clear(); }

void ProgressDisplay::update(const Progress& progress, double elapsed_s) {
  if (style_ == ProgressStyle::silent || elapsed_s < next_update_s_) return;
  const std::string text = progress_text(progress, elapsed_s);
  if (style_ == ProgressStyle::plain_lines) {
    stream_ << text << std::endl;
    next_update_s_ = elapsed_s + plain_interval_s;
    return;
  }
  // Without line wrapping while it is written: a wrapped line could not be taken away.
  stream_ << "\r\033[K\033[?7l" << (coloured_ ? "\033[2m" + text + "\033[0m" : text) << "\033[?7h"
          << std::flush;
  line_is_shown_ = true;
  next_update_s_ = elapsed_s + rewriting_interval_s;
}

void ProgressDisplay::clear() {
  if (line_is_shown_) stream_ << "\r\033[K" << std::flush;
  line_is_shown_ = false;
}

}  // namespace qke
