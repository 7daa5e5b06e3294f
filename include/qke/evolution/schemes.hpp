// The schemes: the same physics with more or less of the oscillations averaged. One file each.
#pragma once

#include <memory>

#include "qke/evolution/kinetic_system.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_boltzmann_system(const Parameters& parameters, const Threads& threads);
std::unique_ptr<KineticSystem> make_atao_system(const Parameters& parameters, const Threads& threads);
std::unique_ptr<KineticSystem> make_atao_jv_system(const Parameters& parameters, const Threads& threads);
std::unique_ptr<KineticSystem> make_qke_system(const Parameters& parameters, const Threads& threads);

std::unique_ptr<KineticSystem> make_asymmetric_qke_system(const Parameters& parameters,
                                                          const Threads& threads);

// The system of the scheme that the parameters name. Schemes qke with asymmetries and atao-jv have two
// phases: 0, their own equations, and 1, where oscillations are averaged around V alone, as in atao; the
// other schemes have one.
std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters, int phase = 0,
                                                   const Threads& threads = one_thread());

// s = ln x at which the phase ends.
double phase_end(const Parameters& parameters, int phase);

}  // namespace qke
