// Bounds that no sound run breaks. Each is set by the tolerance of the integrator times a
// measured factor: loose tolerances make loose results, which are no failure; a state
// beyond the bound is one.
#include "diagnostics/soundness.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "diagnostics/observables.hpp"
#include "evolution/averaging_validity.hpp"
#include "evolution/phases.hpp"
#include "flavour/hermitian.hpp"
#include "flavour/states.hpp"
#include "model/asymmetry.hpp"
#include "model/constants.hpp"
#include "model/method.hpp"
#include "model/nsi.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

std::string when(double s) {
  return "at T_cm = " + rounded(constants::electron_mass * std::exp(-s)) + " MeV";
}

[[noreturn]] void fail(const std::string& problem, const std::string& why) {
  throw NumericalError(problem + " (" + why +
                       "). Try tighter tolerances or more nodes, or report this with the configuration.");
}

void require_finite(const KineticSystem& system, double s, const Eigen::VectorXd& u) {
  if (u.allFinite()) return;
  int first = 0, count = 0;
  for (int i = static_cast<int>(u.size()) - 1; i >= 0; --i) {
    if (!std::isfinite(u(i))) first = i, ++count;
  }
  fail("the state is not finite " + when(s), system.component_name(first) + " is " + rounded(u(first)) +
                                                 "; " + std::to_string(count) + " of " +
                                                 std::to_string(u.size()) + " components are not finite");
}

// Whether X is positive definite. Three flavours: by its leading minors, as sure as
// eigenvalues, and cheap enough for every step. More: by the pivots of an elimination.
bool is_positive(const Matrix3& X) {
  const double a = X(0, 0).real(), b = X(1, 1).real(), c = X(2, 2).real();
  const double ab = std::norm(X(0, 1)), ac = std::norm(X(0, 2)), bc = std::norm(X(1, 2));
  const double determinant = a * (b * c - bc) - b * ac - c * ab + 2.0 * (X(0, 1) * X(1, 2) * X(2, 0)).real();
  return a > 0.0 && a * b - ab > 0.0 && determinant > 0.0;
}
bool is_positive(StateMatrix X) {
  for (Eigen::Index k = 0; k < X.rows(); ++k) {
    const double pivot = X(k, k).real();
    if (!(pivot > 0.0)) return false;
    for (Eigen::Index i = k + 1; i < X.rows(); ++i) {
      for (Eigen::Index j = k + 1; j < X.rows(); ++j) X(i, j) -= X(i, k) * X(k, j) / pivot;
    }
  }
  return true;
}

// Whether all eigenvalues of rho lie between `lowest` and `highest`.
template <class Matrix>
bool lies_between(const Matrix& rho, double lowest, double highest) {
  const Matrix identity = Matrix::Identity(rho.rows(), rho.cols());
  return is_positive(Matrix(rho - lowest * identity)) && is_positive(Matrix(highest * identity - rho));
}

bool occupations_lie_between(const StateMatrix& rho, double lowest, double highest) {
  return rho.rows() == 3 ? lies_between<Matrix3>(rho, lowest, highest) : lies_between(rho, lowest, highest);
}

// The local error allowed to a component of order 1, of which occupation numbers are made
// where distortions are large. Where scheme atao-jv may go on as qke, by its tolerances.
double allowed_error(const Parameters& parameters) {
  const bool may_go_on = scheme_of(parameters) == Scheme::atao_jv;
  const IntegratorParameters integrator =
      phase_integrator(parameters, may_go_on ? Phase::full_equations : Phase::own_equations);
  return integrator.relative_tolerance + integrator.absolute_tolerance;
}

class NodeCheck {
 public:
  NodeCheck(const KineticSystem& system, double s) : system_(system), s_(s) {}

  // Rounding and tolerances are relative to the occupation number of equilibrium, or to
  // the one of the node where the plasma has brought it far above (at y = 70 by 1e4).
  void operator()(const char* name, int node, const StateMatrix& rho, double equilibrium) const {
    constexpr double rounding = 1e-12;
    const double size = std::max(equilibrium, rho.cwiseAbs().maxCoeff());
    const double skew = (rho - rho.adjoint()).cwiseAbs().maxCoeff();
    if (!(skew <= rounding * size)) {
      fail("a density matrix is not Hermitian " + when(s_),
           at(name, node) + ", by " + rounded(skew) + "; " + elements(rho));
    }
    const double slack =
        slack_over_tolerance * std::sqrt(system_.dimension()) * allowed_error(system_.parameters());
    if (occupations_lie_between(rho, -slack * size, 1.0 + slack)) return;
    const StateVector occupations = eigenvalues(rho);
    const bool is_negative = occupations(0) < -slack * size;
    if (is_negative && occupations(occupations.size() - 1) <= 1.0 + slack &&
        is_negligible(node, occupations(0)))
      return;
    const double worst = is_negative ? occupations(0) : occupations(occupations.size() - 1);
    fail("an occupation number is outside [0, 1] " + when(s_),
         at(name, node) + ": " + rounded(worst) + "; " + elements(rho));
  }

 private:
  // Local errors of a few tolerances add up; the tolerance bounds the mean square over
  // all components, not each.
  static constexpr double slack_over_tolerance = 10.0;

  // Whether an occupation carries less energy than the tolerance leaves unknown of a
  // whole species. At single momenta of the tail errors add up over thousands of steps,
  // where flavours turn faster than these.
  bool is_negligible(int node, double occupation) const {
    const double energy = system_.grid().step() * std::pow(system_.grid().y(node), 3) * std::abs(occupation);
    const double one_species = 7.0 * std::pow(constants::pi, 4) / 120.0;  // int dy y^3/(e^y + 1)
    return energy <= allowed_error(system_.parameters()) * one_species;
  }

  std::string at(const char* name, int node) const {
    return std::string(name) + " at y = " + rounded(system_.grid().y(node));
  }
  static std::string elements(const StateMatrix& rho) {
    const std::vector<std::string> flavours = flavour_names(static_cast<int>(rho.rows()));
    std::string text;
    for (Eigen::Index a = 0; a < rho.rows(); ++a) {
      for (Eigen::Index b = a; b < rho.rows(); ++b) {
        text += (text.empty() ? "" : ", ") + flavours[a] + " " + flavours[b] + ": " +
                rounded(a == b ? rho(a, b).real() : std::abs(rho(a, b)));
      }
    }
    return text;
  }

  const KineticSystem& system_;
  double s_;
};

// A conserved quantity: from which residual on the summary warns, and from which on the
// run ends.
struct Conserved {
  const char* name;
  double Residuals::*residual;
  double warning, failure;
};

// Beyond, the eigenvalues of the asymmetry matrix of scheme atao-jv, and what its spectra have
// of them, have drifted apart.
constexpr double largest_asymmetry_mismatch = 0.05;

std::array<Conserved, 2> conserved_quantities(const Parameters& parameters) {
  // Over all schemes and tolerances from 1e-3 to 1e-9 the energy residual is 0.01 to 9
  // times the tolerance (docs/dev/reliability.md). Lepton numbers are linear in the state
  // and conserved to rounding, which the neutrinos' initial asymmetries of order 1 set.
  // States that fill are distortions of order 1: up to 20 times the tolerance with three
  // sterile ones, up to 140 where all neutrinos are made.
  const double filling = is_reheated(parameters) ? 25.0 : parameters.sterile.number;
  const double tolerance = (1.0 + filling) * allowed_error(parameters);
  return {{{"energy_balance", &Residuals::energy_balance, 10.0 * tolerance + 1e-8, 100.0 * tolerance + 1e-6},
           {"lepton_number", &Residuals::lepton_number, 1e-9, 1e-6}}};
}

// The parts of the conserved quantities.
std::string conserved_terms(const KineticSystem& system, double s, const Eigen::VectorXd& u) {
  const Background b = system.background(s, u);
  const Moments m = moments(system, system.densities(s, u));
  const StateVector eta = (m.n - m.nbar).diagonal().real();
  const double T_cm4 = std::pow(b.T_cm, 4);
  return "over T_cm^4 the energy of the plasma is " + rounded(b.plasma.energy_density / T_cm4) +
         ", that of neutrinos " + rounded(b.rho_nu / T_cm4) + "; eta is " + rounded(eta(0)) + ", " +
         rounded(eta(1)) + ", " + rounded(eta(2));
}

}  // namespace

void require_sound_state(const KineticSystem& system, double s, const Eigen::VectorXd& u) {
  require_finite(system, s, u);
  const NodeCheck check(system, s);
  const StateDensities rho = system.densities(s, u);
  for (int i = 0; i < system.grid().size(); ++i) {
    check("neutrinos", i, rho.nu[i], system.scale()(i));
    check("antineutrinos", i, rho.bar[i], system.scale()(i));
  }
}

void require_conserved(const KineticSystem& system, double s, const Eigen::VectorXd& u,
                       const Residuals& residuals) {
  for (const Conserved& quantity : conserved_quantities(system.parameters())) {
    const double residual = residuals.*quantity.residual;
    if (residual <= quantity.failure) continue;
    fail(std::string(quantity.name) + " has drifted by " + rounded(residual) + " " + when(s),
         "its bound is " + rounded(quantity.failure) + "; " + conserved_terms(system, s, u));
  }
}

std::vector<std::string> residual_warnings(const Residuals& residuals, const Parameters& parameters) {
  std::vector<std::string> warnings;
  for (const Conserved& quantity : conserved_quantities(parameters)) {
    const double residual = residuals.*quantity.residual;
    if (residual <= quantity.warning) continue;
    warnings.push_back("the residual " + std::string(quantity.name) + " = " + rounded(residual) +
                       " is above its bound " + rounded(quantity.warning));
  }
  if (residuals.asymmetry_mismatch > largest_asymmetry_mismatch) {
    warnings.push_back("the residual asymmetry_mismatch = " + rounded(residuals.asymmetry_mismatch) +
                       " is above its bound " + rounded(largest_asymmetry_mismatch) +
                       ": scheme atao-jv was not valid there, compare with qke");
  }
  if (residuals.averaging_ratio > largest_averaging_ratio) {
    warnings.push_back("averaged oscillations are not valid (something acts on a pair of states " +
                       rounded(residuals.averaging_ratio) +
                       " times as fast as they oscillate): N_eff and flavours may be wrong");
  }
  return warnings;
}

std::optional<std::string> occupation_warning(const RunRecord& record) {
  constexpr double largest_share = 0.05;  // of the largest element of the node
  double first_y = 0.0, worst = 0.0;
  const auto look_at = [&](double y, const DensityMatrix& rho) {
    const double largest = rho.cwiseAbs().maxCoeff(), share = -eigenvalues(rho)(0) / largest;
    // Where neutrinos are only being made, this is nothing.
    constexpr double nothing = 1e-5;  // of f_eq
    if (!(share > largest_share) || largest < nothing * std::exp(-y)) return;
    first_y = worst == 0.0 ? y : std::min(first_y, y);
    worst = std::max(worst, share);
  };
  for (const SpectraSnapshot& spectra : record.spectra) {
    for (std::size_t i = 0; i < record.y.size(); ++i) {
      for (const auto* rho : {&spectra.rho[i], &spectra.rhobar[i]}) look_at(record.y[i], *rho);
    }
  }
  if (worst == 0.0) return {};
  return "occupation numbers from y = " + rounded(first_y) + " on are negative, by up to " +
         rounded(100.0 * worst) +
         " % of the largest there: these momenta carry too little to matter for N_eff, but their spectra are "
         "not to be used; tighten the tolerances for them";
}

void require_progress(const KineticSystem& system, double s, double mean_step) {
  // Unequal asymmetries have steps as short as these only where their eigenvalues meet.
  if (resolves_unequal_asymmetry(system.parameters())) return;
  const double steps_left = (system.s_end() - s) / mean_step;
  const long most = system.parameters().integrator.max_steps;
  if (steps_left <= 10.0 * static_cast<double>(most)) return;
  throw NumericalError(
      "the run makes no progress at T_cm = " + rounded(constants::electron_mass * std::exp(-s)) +
      " MeV (its last steps in ln x are " + rounded(mean_step) + " long: it would need " +
      rounded(steps_left) + " more, and integrator.max_steps is " + std::to_string(most) +
      "). Change the tolerances, raise integrator.max_steps, or take another scheme.");
}

std::optional<std::string> full_equations_warning(const Statistics& statistics) {
  const double from = statistics.full_equations_below_MeV, to = statistics.own_equations_again_below_MeV;
  if (from == 0.0) return {};
  const std::string where = to == 0.0 ? "below T_cm = " + rounded(from) + " MeV"
                                      : "from T_cm = " + rounded(from) + " MeV to " + rounded(to) + " MeV";
  return "scheme qke was solved in place of atao-jv " + where +
         ", wholly or in parts (there atao-jv is not valid)";
}

std::optional<std::string> averaging_warning(double averaged_below_MeV,
                                             const std::vector<HistoryPoint>& history,
                                             const Parameters& parameters) {
  if (parameters.run.average_below_MeV != 0.0 || averaged_below_MeV < averages_begin_below_MeV(parameters))
    return {};
  const auto later = std::find_if(history.begin(), history.end(),
                                  [&](const HistoryPoint& point) { return point.T_cm < averaged_below_MeV; });
  // Between two rows |J| may have fallen below |V|, which is where averages are exact.
  const auto is_below_V = [](const HistoryPoint& point) { return point.self_over_vacuum < 1.0; };
  if (later == history.begin() || is_below_V(*std::prev(later))) return {};
  if (later != history.end() && is_below_V(*later)) return {};
  return "oscillations are averaged below T_cm = " + rounded(averaged_below_MeV) +
         " MeV, where the self-interaction potential is still " +
         rounded(std::prev(later)->self_over_vacuum) +
         " times the vacuum one: N_eff and eta may depend on that, compare with another "
         "run.average_below_MeV";
}

namespace {

// The squares of coherences and of differences between the energies of flavours.
double unevenness(const HistoryPoint& point) {
  double sum = 2.0 * point.coherence.squaredNorm();
  for (const StateVector* z : {&point.z_nu, &point.z_nubar}) {
    const Eigen::ArrayXd energy = z->array().pow(4);
    sum += 0.5 * (energy / energy.mean() - 1.0).square().sum();
  }
  return sum;
}

}  // namespace

// Of 1618 runs for data/asymmetries.h5 one was above the bound, by a factor of 3, before the damping method
// took over where steps are short; all others have 0.6 of it or less.
std::optional<std::string> swings_warning(const std::vector<HistoryPoint>& history,
                                          const Parameters& parameters) {
  // These set flavours apart, too.
  const bool emission = parameters.decay.energy_density_MeV4 != 0.0 || parameters.reheating.T_RH_MeV != 0.0;
  if (!resolves_unequal_asymmetry(parameters) || emission || has_nsi(parameters.nsi)) return {};
  // Kinematic dephasing that is undone, and what e+- heat nu_e more than the others.
  constexpr double of_the_least = 4.0, of_heating = 4e-4;
  double least = std::numeric_limits<double>::infinity();
  for (const HistoryPoint& point : history) {
    const double here = unevenness(point);
    least = std::min(least, here);
    if (here > of_the_least * least + of_heating) {
      return "differences between flavours grow at T_cm = " + rounded(point.T_cm) +
             " MeV, where precession keeps and collisions lower them (steps do not follow swings of all "
             "momenta): N_eff and eta may be wrong, compare with other tolerances or nodes";
    }
  }
  return {};
}

}  // namespace qke
