// Progress of a run for the eyes: one line rewritten in place on a terminal, plain lines elsewhere.
#pragma once

#include <iosfwd>
#include <string>

#include "qke/run_record.hpp"

namespace qke {

enum class ProgressStyle {
  silent,
  plain_lines,    // one line every two seconds
  rewritten_line  // ten times a second, in place
};

// By what stderr is: silent when asked for, rewritten only on a terminal that can do it.
ProgressStyle progress_style_of_stderr(bool quiet);

// "T_cm 1.234 MeV  z 1.0012  N_eff 11.524  812 steps  0:03 elapsed  0:02 left": within 80 columns.
std::string progress_text(const Progress& progress, double elapsed_s);

class ProgressDisplay {
 public:
  // With `coloured`, the rewritten line is dimmed.
  ProgressDisplay(std::ostream& stream, ProgressStyle style, bool coloured);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  // Shows the progress when it is time to.
  void update(const Progress& progress, double elapsed_s);

  // Takes the rewritten line away, so that messages start on a clean one.
  void clear();

 private:
  std::ostream& stream_;
  ProgressStyle style_;
  bool coloured_;
  bool line_is_shown_ = false;
  double next_update_s_;
};

}  // namespace qke
