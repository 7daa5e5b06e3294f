// The schemes: the same physics with more or less of the oscillations averaged. One file each.
#pragma once

#include <memory>

#include "qke/evolution/kinetic_system.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_boltzmann_system(const Parameters& parameters, const Threads& threads);
std::unique_ptr<KineticSystem> make_atao_system(const Parameters& parameters, const Threads& threads);
std::unique_ptr<KineticSystem> make_qke_system(const Parameters& parameters, const Threads& threads);

std::unique_ptr<KineticSystem> make_asymmetric_qke_system(const Parameters& parameters,
                                                          const Threads& threads);

// The system of the scheme that the parameters name. Scheme qke with asymmetries has two phases: 0, the
// equations in full, and 1, where oscillations are averaged (as in atao); the other schemes have one.
std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, int phase = 0,
                                                   const Threads& threads = one_thread());

// s = ln x at which the phase ends.
double phase_end(const Parameters& parameters, int phase);

}  // namespace qke
