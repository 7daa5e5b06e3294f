// Progress of a run for the eyes: one line rewritten in place on a terminal, plain lines
// elsewhere.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "qke/run_record.hpp"

namespace qke {

enum class ProgressStyle {
  silent,
  plain_lines,    // one line every two seconds
  rewritten_line  // ten times a second, in place
};

// The style for stderr: silent when asked for, rewritten only on a terminal that can do
// it.
ProgressStyle progress_style_of_stderr(bool quiet);

// Columns of the terminal that stderr is; unlimited where it is none or does not tell.
int columns_of_stderr();
constexpr int unlimited_columns = 100000;

// "T_cm 1.234 MeV  z 1.0012  N_eff 11.524  812 steps  0:03 elapsed  0:02 left": within 80
// columns. Where there are fewer the less useful parts are left out: first the steps,
// last T_cm and the time left.
std::string progress_text(const Progress& progress, double elapsed_s, int columns = unlimited_columns);

class ProgressDisplay {
 public:
  // With `coloured`, the rewritten line is dimmed. `columns` is asked before each line is
  // written.
  ProgressDisplay(std::ostream& stream, ProgressStyle style, bool coloured,
                  std::function<int()> columns = columns_of_stderr);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  // Shows the progress when it is time to.
  void update(const Progress& progress, double elapsed_s);

  // Takes the rewritten line away, so that messages start on a clean one.
  void clear();

 private:
  void take_away(int columns);

  std::ostream& stream_;
  ProgressStyle style_;
  bool coloured_;
  std::function<int()> columns_;
  int shown_ = 0;  // characters of the rewritten line
  double next_update_s_;
};

}  // namespace qke
