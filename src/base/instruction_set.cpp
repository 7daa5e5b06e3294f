#include "base/instruction_set.hpp"

#include <array>
#include <cstdlib>
#include <span>

#include "base/text.hpp"
#include "qke/error.hpp"

namespace qke {

std::string name_of(InstructionSet set) {
  switch (set) {
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      return "avx512";
    default:
      return "baseline";
  }
}

namespace {

constexpr std::array known_instruction_sets{InstructionSet::baseline, InstructionSet::avx2,
                                            InstructionSet::avx512};

std::string names_of(std::span<const InstructionSet> sets) {
  std::vector<std::string> names;
  for (const InstructionSet set : sets) names.push_back(name_of(set));
  return enumeration({names.begin(), names.end()}, "and");
}

}  // namespace

std::vector<InstructionSet> available_instruction_sets() {
  std::vector<InstructionSet> sets{InstructionSet::baseline};
#if defined(__x86_64__)
  // The parts of the levels x86-64-v3 and x86-64-v4 that code like this uses;
  // cmake/InstructionSets.cmake compiles for these. The operating system has to support
  // the wide registers, too: __builtin_cpu_supports asks for both.
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  if (v3) sets.push_back(InstructionSet::avx2);
  if (v4) sets.push_back(InstructionSet::avx512);
#endif
  return sets;
}

InstructionSet chosen_instruction_set() {
  const auto sets = available_instruction_sets();
  const char* wish = std::getenv("QKE_INSTRUCTION_SET");
  if (wish == nullptr || *wish == '\0') return sets.back();
  for (const InstructionSet set : sets) {
    if (wish == name_of(set)) return set;
  }
  throw ConfigurationError("QKE_INSTRUCTION_SET=" + std::string(wish) +
                           " is not available (the program knows " + names_of(known_instruction_sets) +
                           ", this processor has " + names_of(sets) + "). Unset it to use the best one.");
}

std::optional<std::string> instruction_set_warning(const std::string& file, const std::string& earlier) {
  const std::string now = name_of(chosen_instruction_set());
  if (earlier == now) return {};
  return file + " was computed with the instruction set " + earlier + ", this is " + now +
         "; the last digits may differ from those of an uninterrupted run";
}

}  // namespace qke
