// command/progress_display: what is shown, and when.
#include "command/progress_display.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace qke {
namespace {

constexpr Progress halfway{.fraction = 0.5, .T_cm = 1.25, .z = 1.01, .N_eff = 11.2, .steps = 70};

TEST(ProgressText, NamesEverything) {
  EXPECT_EQ(progress_text(halfway, 61.0),
            "T_cm 1.25 MeV  z 1.0100  N_eff 11.200  70 steps  1:01 elapsed  1:01 left");
}

TEST(ProgressText, GuessesNoTimeLeftAtTheBeginning) {
  Progress beginning = halfway;
  beginning.fraction = 0.0;
  EXPECT_EQ(progress_text(beginning, 1.0).find("left"), std::string::npos);
}

TEST(ProgressText, DropsTheLessUsefulPartsWhereThereIsNoRoom) {
  EXPECT_EQ(progress_text(halfway, 61.0, 80), progress_text(halfway, 61.0));
  EXPECT_EQ(progress_text(halfway, 61.0, 60), "T_cm 1.25 MeV  N_eff 11.200  1:01 elapsed  1:01 left");
  EXPECT_EQ(progress_text(halfway, 61.0, 45), "T_cm 1.25 MeV  1:01 elapsed  1:01 left");
  EXPECT_EQ(progress_text(halfway, 61.0, 40), "T_cm 1.25 MeV  1:01 left");
  EXPECT_EQ(progress_text(halfway, 61.0, 30), "T_cm 1.25 MeV  1:01 left");
  EXPECT_EQ(progress_text(halfway, 61.0, 20), "1:01 left");
  // The last column stays free, where terminals would wrap, and two for the "^C" that they write.
  for (int columns = 1; columns < 100; ++columns) {
    EXPECT_LE(static_cast<int>(progress_text(halfway, 61.0, columns).size()), std::max(columns - 3, 0));
  }
}

// A terminal that becomes narrower breaks the line that it shows: 52 characters are two rows of 30.
TEST(ProgressDisplay, TakesAwayAllRowsOfALineThatTheTerminalHasBroken) {
  int columns = 60;
  std::ostringstream stream;
  ProgressDisplay display(stream, ProgressStyle::rewritten_line, false, [&] { return columns; });
  display.update(halfway, 61.0);
  stream.str("");
  columns = 30;
  display.update(halfway, 61.2);
  EXPECT_EQ(stream.str(), "\033[1A\r\033[J\033[?7l" + progress_text(halfway, 61.2, 30) + "\033[?7h");
  stream.str("");
  columns = 10;
  display.clear();
  EXPECT_EQ(stream.str(), "\033[2A\r\033[J");
}

TEST(ProgressDisplay, PlainLinesComeEveryTwoSeconds) {
  std::ostringstream stream;
  ProgressDisplay display(stream, ProgressStyle::plain_lines, true);
  for (const double elapsed_s : {0.5, 1.9, 2.0, 2.1, 3.9, 4.1}) display.update(halfway, elapsed_s);
  display.clear();
  EXPECT_EQ(stream.str(), progress_text(halfway, 2.0) + "\n" + progress_text(halfway, 4.1) + "\n");
}

TEST(ProgressDisplay, RewrittenLineIsTakenAwayAtTheEnd) {
  std::ostringstream stream;
  {
    ProgressDisplay(stream, ProgressStyle::rewritten_line, false, [] { return 80; }).update(halfway, 1.0);
  }
  EXPECT_EQ(stream.str(), "\r\033[J\033[?7l" + progress_text(halfway, 1.0) + "\033[?7h\r\033[J");
}

TEST(ProgressDisplay, ColourOnlyWhenWanted) {
  std::ostringstream with, without;
  ProgressDisplay(with, ProgressStyle::rewritten_line, true).update(halfway, 1.0);
  ProgressDisplay(without, ProgressStyle::rewritten_line, false).update(halfway, 1.0);
  EXPECT_NE(with.str().find("\033[2m"), std::string::npos);
  EXPECT_EQ(without.str().find("\033[2m"), std::string::npos);
}

TEST(ProgressDisplay, SilentIsSilent) {
  std::ostringstream stream;
  { ProgressDisplay(stream, ProgressStyle::silent, true).update(halfway, 100.0); }
  EXPECT_EQ(stream.str(), "");
}

}  // namespace
}  // namespace qke
