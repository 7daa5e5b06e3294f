// Progress of a run for the eyes: one line rewritten in place on a terminal, plain lines
// elsewhere.
#include "command/progress_display.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace qke {
namespace {

constexpr double plain_interval_s = 2.0;
constexpr double rewriting_interval_s = 0.1;

std::string minutes_and_seconds(double time_s) {
  const long seconds = std::lround(time_s);
  return std::to_string(seconds / 60) + (seconds % 60 < 10 ? ":0" : ":") + std::to_string(seconds % 60);
}

// Steps are not spread evenly in ln x, so the time left is a rough guess; early on it
// would be none.
std::string time_left(const Progress& progress, double elapsed_s) {
  constexpr double least_fraction = 0.02;
  const double done = progress.fraction - progress.first_fraction;
  if (done < least_fraction) return "";
  return minutes_and_seconds(elapsed_s * (1.0 - progress.fraction) / done) + " left";
}

// The parts that are not empty, two blanks apart.
std::string joined(const std::array<std::string, 6>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() || part.empty() ? "" : "  ") + part;
  return text;
}

}  // namespace

ProgressStyle progress_style_of_stderr(bool quiet) {
  if (quiet) return ProgressStyle::silent;
  const char* terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) != 0 && !is_dumb ? ProgressStyle::rewritten_line : ProgressStyle::plain_lines;
}

int columns_of_stderr() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : unlimited_columns;
}

std::string progress_text(const Progress& progress, double elapsed_s, int columns) {
  // The terminal itself writes "^C" behind the line, and wraps where the last column is
  // used.
  const int room = std::max(columns - 3, 0);
  enum Part { temperature, ratio, number, steps, elapsed, left };
  std::array<std::string, 6> parts{
      "T_cm " + rounded(progress.T_cm, 4) + " MeV", "z " + with_decimals(progress.z, 4),
      "N_eff " + with_decimals(progress.N_eff, 3),  std::to_string(progress.steps) + " steps",
      minutes_and_seconds(elapsed_s) + " elapsed",  time_left(progress, elapsed_s)};
  for (const Part part : {steps, ratio, number, elapsed, temperature}) {
    if (static_cast<int>(joined(parts).size()) <= room) break;
    parts[part].clear();
  }
  return joined(parts).substr(0, static_cast<std::size_t>(room));
}

ProgressDisplay::ProgressDisplay(std::ostream& stream, ProgressStyle style, bool coloured,
                                 std::function<int()> columns)
    : stream_(stream),
      style_(style),
      coloured_(coloured),
      columns_(std::move(columns)),
      next_update_s_(style == ProgressStyle::rewritten_line ? rewriting_interval_s : plain_interval_s) {}

ProgressDisplay::~ProgressDisplay() { clear(); }

void ProgressDisplay::update(const Progress& progress, double elapsed_s) {
  if (style_ == ProgressStyle::silent || elapsed_s < next_update_s_) return;
  if (style_ == ProgressStyle::plain_lines) {
    stream_ << progress_text(progress, elapsed_s) << std::endl;
    next_update_s_ = elapsed_s + plain_interval_s;
    return;
  }
  const int columns = columns_();
  const std::string text = progress_text(progress, elapsed_s, columns);
  take_away(columns);
  // Without line wrapping while it is written: the terminal may have become narrower just
  // now.
  stream_ << "\033[?7l" << (coloured_ ? "\033[2m" + text + "\033[0m" : text) << "\033[?7h" << std::flush;
  shown_ = static_cast<int>(text.size());
  next_update_s_ = elapsed_s + rewriting_interval_s;
}

// A terminal that has become narrower shows the line on several rows, of which the cursor
// is on the last.
void ProgressDisplay::take_away(int columns) {
  const int rows_above = columns > 0 ? std::max(shown_ - 1, 0) / columns : 0;
  if (rows_above > 0) stream_ << "\033[" << rows_above << 'A';
  stream_ << "\r\033[J";
  shown_ = 0;
}

void ProgressDisplay::clear() {
  if (shown_ == 0) return;
  take_away(columns_());
  stream_ << std::flush;
}

}  // namespace qke
