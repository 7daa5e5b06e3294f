#include "oscillations/potentials.hpp"

#include <cmath>

#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/nsi.hpp"

namespace qke {
namespace {

double fermi_constant(const WeakParameters& weak) {
  return weak.G_F_per_GeV2 / (constants::GeV * constants::GeV);
}

// Charged leptons: -2 sqrt(2) G_F y T_cm (E + P)_lepton/m_W^2, diagonal, of nu_e by e+-
// and of nu_mu by mu+-. E + P (MeV^4): energy density plus pressure of ideal gases at
// T_gamma.
class ChargedLeptons : public Potential {
 public:
  ChargedLeptons(const Parameters& parameters, const ElectromagneticPlasma& plasma)
      : weak_(parameters.weak),
        electrons_(parameters.mean_field.matter),
        muons_(muon_background_is_on(parameters)),
        plasma_(plasma) {}

  void add(const Background& b, const NeutrinoMoments&, Interactions& sum) const override {
    const double m_W = weak_.m_W_GeV * constants::GeV;
    const double unit = -2.0 * std::sqrt(2.0) * fermi_constant(weak_) * b.T_cm / (m_W * m_W);
    if (electrons_) sum.linear(0, 0) += unit * plasma_.electron_enthalpy_density(b.T_gamma);
    if (muons_) sum.linear(1, 1) += unit * plasma_.muon_enthalpy_density(b.T_gamma);
  }

 private:
  WeakParameters weak_;
  bool electrons_, muons_;
  ElectromagneticPlasma plasma_;
};

// Neutrinos: -(8 sqrt(2)/3) G_F y T_cm (E_nu + E_nubar)/m_Z^2, a matrix; E_nu (MeV^4) is
// the energy density matrix of the active flavours.
class NeutrinoEnergyPotential : public Potential {
 public:
  explicit NeutrinoEnergyPotential(const WeakParameters& weak) : weak_(weak) {}

  bool needs_neutrino_energy() const override { return true; }
  void add(const Background& b, const NeutrinoMoments& neutrinos, Interactions& sum) const override {
    const double m_Z = weak_.m_Z_GeV * constants::GeV;
    sum.linear.topLeftCorner<3, 3>() += -8.0 / 3.0 * std::sqrt(2.0) * fermi_constant(weak_) * b.T_cm /
                                        (m_Z * m_Z) * neutrinos.energy.topLeftCorner<3, 3>();
  }

 private:
  WeakParameters weak_;
};

// Electron asymmetry: sqrt(2) G_F (n_e- - n_e+) of nu_e, with the sign of J; with
// non-standard interactions times the matrix diag(1, 0, 0) + eps^L + eps^R. There are as
// many electrons as protons, 7/8 of the baryons; their number per comoving volume is
// constant. eta_b is the value of today, when T_gamma/T_cm is (11/4)^(1/3) to a
// thousandth, large asymmetries apart.
class ElectronAsymmetry : public Potential {
 public:
  ElectronAsymmetry(const WeakParameters& weak, const NsiParameters& nsi, double eta_b)
      : weak_(weak), eta_b_(eta_b), couplings_(Matrix3::Zero()) {
    const auto [left, right] = nsi_matrices(nsi);
    couplings_ = left + right;
    couplings_(0, 0) += 1.0;
  }

  void add(const Background& b, const NeutrinoMoments&, Interactions& sum) const override {
    using constants::pi;
    constexpr double zeta_3 = 1.2020569031595942;
    const double photons = 2.0 * zeta_3 / (pi * pi) * std::pow(constants::z_instantaneous * b.T_cm, 3);
    const double electrons = 7.0 / 8.0 * eta_b_ * photons;
    sum.odd.topLeftCorner<3, 3>() += std::sqrt(2.0) * fermi_constant(weak_) * electrons * couplings_;
  }

 private:
  WeakParameters weak_;
  double eta_b_;
  Matrix3 couplings_;
};

}  // namespace

Potentials potentials(const Parameters& parameters, const ElectromagneticPlasma& plasma) {
  Potentials list{std::make_shared<ChargedLeptons>(parameters, plasma)};
  if (parameters.mean_field.neutrino_energy) {
    list.push_back(std::make_shared<NeutrinoEnergyPotential>(parameters.weak));
  }
  if (parameters.mean_field.eta_b != 0.0) {
    list.push_back(
        std::make_shared<ElectronAsymmetry>(parameters.weak, parameters.nsi, parameters.mean_field.eta_b));
  }
  return list;
}

double self_coupling(const WeakParameters& weak, double T_cm) {
  return std::sqrt(2.0) * fermi_constant(weak) * std::pow(T_cm, 3) / (2.0 * constants::pi * constants::pi);
}

}  // namespace qke
