// The instruction sets that the costly parts are compiled for, and the choice among them
// at run time.
//
// The costly parts are src/*/kernels. Each of their sources is compiled once for every
// set, in a namespace of its own, and passes plain arrays, so that no type of Eigen is
// shared between sets. The rest of the program runs on every processor of its kind.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace qke {

enum class InstructionSet { baseline, avx2, avx512 };

// Calls the version for `set` of a function that the kernels have once in the namespace of each set:
// QKE_KERNEL_FOR(set, lu_functions()).
#if defined(__x86_64__)
#define QKE_KERNEL_FOR(set, function)                 \
  ((set) == InstructionSet::avx512 ? avx512::function \
   : (set) == InstructionSet::avx2 ? avx2::function   \
                                   : baseline::function)
#else
#define QKE_KERNEL_FOR(set, function) (static_cast<void>(set), baseline::function)
#endif

std::string name_of(InstructionSet set);

// The sets that this program was compiled for and this processor can run, the best last.
std::vector<InstructionSet> available_instruction_sets();

// The best one; or, for comparisons, the one that the environment variable
// QKE_INSTRUCTION_SET names ("baseline", "avx2", "avx512"). Throws ConfigurationError if
// there is none of that name.
InstructionSet chosen_instruction_set();

// Nothing if the run in `file`, which is now resumed, was begun with the chosen
// instruction set, too; `earlier` is the one that it was begun with.
std::optional<std::string> instruction_set_warning(const std::string& file, const std::string& earlier);

}  // namespace qke
