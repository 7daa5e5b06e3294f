// The instruction sets that the costly parts are compiled for, and the choice among them
// at run time.
//
// The rest of the program is compiled for the least processor. Where there is a choice
// the same source is compiled once for every set, in a namespace of its own and with
// plain arrays at its boundary.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace qke {

enum class InstructionSet { baseline, avx2, avx512 };

std::string name_of(InstructionSet set);

// The sets that this program was compiled for and this processor can run, the best last.
std::vector<InstructionSet> available_instruction_sets();

// The best one; or, for comparisons, the one that the environment variable
// QKE_INSTRUCTION_SET names ("baseline", "avx2", "avx512"). Throws ConfigurationError if
// there is none of that name.
InstructionSet chosen_instruction_set();

// For a file whose run goes on here after it was started on `earlier` (empty: not
// recorded).
std::optional<std::string> instruction_set_warning(const std::string& file, const std::string& earlier);

}  // namespace qke
