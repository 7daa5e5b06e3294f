#include "qke/base/instruction_set.hpp"

#include <cstdlib>

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

std::vector<InstructionSet> available_instruction_sets() {
  std::vector<InstructionSet> sets{InstructionSet::baseline};
#if defined(__x86_64__)
  // What x86-64-v3 and x86-64-v4 add for code like ours.
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
  for (const InstructionSet set : sets) {
    if (wish != nullptr && wish == name_of(set)) return set;
  }
  return sets.back();
}

}  // namespace qke
