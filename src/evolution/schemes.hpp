// The schemes: the same physics with more or less of the oscillations averaged. One file
// each.
#pragma once

#include <memory>

#include "evolution/kinetic_system.hpp"
#include "model/method.hpp"

namespace qke {

std::unique_ptr<KineticSystem> make_boltzmann_system(const Parameters&, const Threads&, const Additions&);
std::unique_ptr<KineticSystem> make_atao_system(const Parameters&, const Threads&, const Additions&);
std::unique_ptr<KineticSystem> make_atao_jv_system(const Parameters&, const Threads&, const Additions&);
std::unique_ptr<KineticSystem> make_qke_system(const Parameters&, const Threads&, const Additions&);
std::unique_ptr<KineticSystem> make_independent_qke_system(const Parameters&, const Threads&,
                                                           const Additions&);
std::unique_ptr<KineticSystem> make_directional_qke_system(const Parameters&, const Threads&,
                                                           const Additions&);
// With asymmetries beside sterile states.
std::unique_ptr<KineticSystem> make_sterile_asymmetry_system(const Parameters&, const Threads&,
                                                             const Additions&);

// The system of a phase of the scheme that the parameters name.
std::unique_ptr<KineticSystem> make_kinetic_system(const Parameters& parameters,
                                                   Phase phase = Phase::own_equations,
                                                   const Threads& threads = one_thread(),
                                                   const Additions& additions = {});

}  // namespace qke
