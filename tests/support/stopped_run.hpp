// A run that is stopped before its end.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <utility>

#include "run/run.hpp"

namespace qke::independent {

// The run as it can be saved once this holds.
inline UnfinishedRun stopped_when(const Parameters& parameters,
                                  const std::function<bool(const Progress&)>& holds,
                                  std::optional<UnfinishedRun> start = std::nullopt) {
  struct Stopped {};
  std::optional<UnfinishedRun> saved;
  const StepCallback stop = [&](const Progress& progress, const auto& until_checkpoint) {
    if (!holds(progress)) return;
    saved = until_checkpoint();
    throw Stopped{};
  };
  EXPECT_THROW(run(parameters, 1, stop, std::move(start)), Stopped);
  return std::move(saved).value();
}

}  // namespace qke::independent
