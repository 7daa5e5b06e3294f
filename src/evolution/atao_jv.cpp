// Scheme `atao-jv`: averaged oscillations in the presence of the self-interaction mean field ([FP22] section
// 3), where J is far larger than V. All momenta share the eigenbasis U of the asymmetry matrix A = int dy y^2
// (rho - rhobar), and
//   rho = U [diag(f) + r] U^dagger,   df/ds = diag(U^dagger C U)/H,
// with small r (asymmetry_equation.hpp, which also has the equation of A). A turns fast, the spectra do not:
// between two steps of the spectra A is followed by a method of its own, with their moments interpolated.
#include <cmath>

#include "evolution/asymmetry_equation.hpp"
#include "evolution/averaged_system.hpp"
#include "evolution/phases.hpp"
#include "evolution/schemes.hpp"
#include "model/precession_pace.hpp"
#include "numerics/esdirk.hpp"
#include "oscillations/mixing.hpp"
#include "qke/error.hpp"

namespace qke {
namespace {

using Complex = std::complex<double>;

// Of |w|/|J|, how far momenta lag behind their common basis. Beyond, the momenta are no longer locked
// and the run goes on with all of its oscillations; no step goes beyond twice as far.
constexpr double largest_lag = 0.03, far_too_large_lag = 2.0 * largest_lag;

// A run that has left these equations takes them up again where momenta lag by less than this, and have no
// more coherences of their own than this part of A: 1e-7 to 3e-5 in most runs, but where eigenvalues have
// just met.
constexpr double lag_to_return = largest_lag / 3.0, coherences_to_return = 1e-4;

// Of the error of a step: what it may add to how far A and the spectra are apart.
constexpr double of_mismatch = 2.0;

// Where A needs more steps in so short a step of the spectra, the full equations are cheaper.
constexpr int most_steps_of_asymmetry = 500;
constexpr double short_step = 1e-3;

// T_cm (MeV) above which nu_mu and nu_tau convert (phases.cpp, mu_and_tau_asymmetries_cancel).
constexpr double mu_and_tau_convert_above_MeV = 10.0;

bool change_order(const Vector3& before, const Vector3& after) {
  for (const auto& [p, q] : state_pairs<3>()) {
    if ((before(p) - before(q)) * (after(p) - after(q)) < 0.0) return true;
  }
  return false;
}

class AtaoJvSystem : public AveragedSystem<3, Complex>, public NestedOdeSystem {
 public:
  AtaoJvSystem(const Parameters& parameters, const Threads& threads, const Additions& additions);

  SolvableSystem solvable() override { return static_cast<NestedOdeSystem*>(this); }
  std::optional<StateMatrix> evolved_asymmetry(ConstVector u) const override {
    return asymmetry(u) / (2.0 * constants::pi * constants::pi);
  }
  double asymmetry_mismatch(double s, ConstVector u) const override;
  bool averaging_is_due(double s, ConstVector u, double mean_step) const override;
  StateDensities densities(double s, ConstVector u) const override;
  bool holds_for(double s, const Background& b, const StateDensities& rho,
                 const Eigen::VectorXd& component_unknowns) const override;

  void begin(double s, ConstVector u) override;
  void outer_rhs(double s, ConstVector u, Vector du) override;
  void outer_jacobian(double s, ConstVector u, ConstVector du, Matrix J) override;
  void accept(double s, ConstVector u) override;
  void set_fast(double s, Vector u) override;

 protected:
  Bases bases(const Background& background, ConstVector u) const override;
  void neutrino_rhs(const Background& background, ConstVector u, Vector du) const override;
  void set_neutrinos(const Background& background, const StateDensities& rho, Vector u) const override;

 private:
  static constexpr int components = hermitian_components<3>;
  using Components = HermitianVector<3>;

  // Where A has been followed to, with the step planned there, and the moments of the spectra there.
  struct Point {
    double s = 0, step = 0;
    Matrix3 A;
    AsymmetryMoments moments;
  };
  // The equation of A at any s near the points, for Esdirk.
  struct Problem {
    const AtaoJvSystem& system;
    ConstVector u;
    std::vector<const Point*> points;

    AsymmetryEquation at(double s) const;
  };
  friend struct Problem;

  Matrix3 asymmetry(ConstVector u) const {
    return asymmetry_unit_ * to_matrix<3>(u.segment<components>(scheme_block().first));
  }
  void set_asymmetry(const Matrix3& A, Vector u) const {
    u.segment<components>(scheme_block().first) = to_components<3>(A) / asymmetry_unit_;
  }
  // What the spectra say at one s, which does not depend on A.
  struct Spectra {
    Background background;
    SharedBasisDensities f;
    SharedBasisRates rates;
    AsymmetryMoments moments;
  };

  SharedBasisDensities occupations(ConstVector u) const;
  Spectra spectra(const Background& b, ConstVector u) const;
  // int dy y^2 (rho - rhobar).
  Matrix3 asymmetry_of(const StateDensities& rho) const;
  AsymmetryEquation equation(const Background& b, const AsymmetryMoments& moments) const;
  void set_slopes(const Spectra& spectra, const Matrix3& U, Vector du) const;
  // `from`, whose A is followed to s; nothing where no step is short enough.
  std::optional<Point> followed(Point from, double s, ConstVector u, std::vector<const Point*> points) const;
  // The asymmetry matrix at `to`, whose moments are known.
  void follow(Point& to, ConstVector u);
  Point evaluate(double s, ConstVector u, const AsymmetryMoments& moments);
  AsymmetryEquation equation_without_collisions(double s, ConstVector u) const;
  Vector3 asymmetry_of_spectra(ConstVector u) const;
  // |a - int dy y^2 (f - fbar)|.
  static double mismatch(const Eigensystem<3>& named, const Vector3& of_spectra) {
    return (named.values - of_spectra).norm();
  }
  static double mismatch(const Matrix3& A, const Vector3& of_spectra) {
    return mismatch(named_eigensystem(A, of_spectra), of_spectra);
  }
  Matrix3 basis(ConstVector u) const {
    return named_eigensystem(asymmetry(u), asymmetry_of_spectra(u)).vectors;
  }

  Matrix3 mass_squared_;
  PrecessionPace pace_;
  CouplingMaps maps_;
  Eigen::ArrayXd weight_;  // h y^2
  double asymmetry_unit_, initial_norm_ = 0.0;
  Esdirk<components> method_;

  // The last points, the newest at the end; the last one evaluated, and the last one shown within a step.
  std::vector<Point> accepted_;
  Point latest_, shown_;
  // That of the last accepted state, and what a step may add, of whose basis the spectra see the end alone.
  double accepted_mismatch_ = 0.0, mismatch_of_a_step_ = 0.0;
  bool cannot_be_followed_ = false;  // A, since begin()
};

AtaoJvSystem::AtaoJvSystem(const Parameters& parameters, const Threads& threads, const Additions& additions)
    : AveragedSystem<3, Complex>(parameters, AntineutrinoRelation::independent, threads, additions,
                                 "asymmetry matrix", components),
      mass_squared_(mass_squared_matrix<3>(parameters.mixing)),
      pace_(parameters),
      maps_(coupling_maps(parameters.weak.sin2_theta_W, parameters.nsi)),
      weight_(grid_.step() * grid_.y().square()),
      asymmetry_unit_((weight_ * scale_).sum()),
      method_(0.0) {
  if (neutrinos_are_emitted()) {
    throw ConfigurationError(
        "scheme \"atao-jv\" is not available where a component emits neutrinos (they come with coherences in "
        "the basis that all momenta share). Use scheme \"qke\".");
  }
  initial_norm_ = asymmetry_of(initial_density_matrices(initial_, grid_, 3)).norm();
  const double error = parameters.integrator.relative_tolerance * initial_norm_;
  method_ = Esdirk<components>(error, most_steps_of_asymmetry);
  mismatch_of_a_step_ = of_mismatch * error;
}

SharedBasisDensities AtaoJvSystem::occupations(ConstVector u) const {
  SharedBasisDensities f{StateRows(grid_.size(), 3), StateRows(grid_.size(), 3)};
  for (int i = 0; i < grid_.size(); ++i) {
    f.nu.row(i) = scale_(i) * (u.segment<3>(layout_.index(i, 0)).transpose().array() + 1.0);
    f.bar.row(i) = scale_(i) * (u.segment<3>(layout_.index(i, 3)).transpose().array() + 1.0);
  }
  return f;
}

AtaoJvSystem::Spectra AtaoJvSystem::spectra(const Background& b, ConstVector u) const {
  const SharedBasisDensities f = occupations(u);
  const SharedBasisRates rates = collisions_.rates_in_shared_basis(b, f);
  return {b, f, rates, {grid_.y(), weight_, f, rates}};
}

Matrix3 AtaoJvSystem::asymmetry_of(const StateDensities& rho) const {
  Matrix3 A = Matrix3::Zero();
  for (int i = 0; i < grid_.size(); ++i) A += weight_(i) * (as_fixed<3>(rho.nu[i]) - as_fixed<3>(rho.bar[i]));
  return A;
}

AsymmetryEquation AtaoJvSystem::equation(const Background& b, const AsymmetryMoments& moments) const {
  const Interactions all = interactions(potentials_, b, {}, 3);
  AsymmetryEquation result;
  const double factor = pace_(b.T_cm) / b.hubble;
  result.inverse = factor * (mass_squared_ / (2.0 * b.T_cm) + as_fixed<3>(all.inverse));
  result.linear = factor * as_fixed<3>(all.linear);
  result.odd = factor * as_fixed<3>(all.odd);
  result.coupling = factor * self_coupling(parameters_.weak, b.T_cm);
  result.unit = collisions_.unit(b.T_cm) / b.hubble;
  result.maps = &maps_;
  result.moments = moments;
  return result;
}

// Lagrange's polynomial through the points.
AsymmetryEquation AtaoJvSystem::Problem::at(double s) const {
  AsymmetryMoments::Vector sum = AsymmetryMoments::Vector::Zero();
  for (const Point* k : points) {
    double factor = 1.0;
    for (const Point* j : points) {
      if (j != k) factor *= (s - j->s) / (k->s - j->s);
    }
    sum += factor * k->moments.values();
  }
  return system.equation(system.background(s, u), AsymmetryMoments(sum));
}

std::optional<AtaoJvSystem::Point> AtaoJvSystem::followed(Point from, double s, ConstVector u,
                                                          std::vector<const Point*> points) const {
  Components A = to_components<3>(from.A);
  if (!method_.integrate(Problem{*this, u, std::move(points)}, from.s, s, A, from.step)) return std::nullopt;
  from.s = s;
  from.A = to_matrix<3>(A);
  return from;
}

AtaoJvSystem::Point AtaoJvSystem::evaluate(double s, ConstVector u, const AsymmetryMoments& moments) {
  const Point& last = accepted_.back();
  Point point{s, last.step, last.A, moments};
  if (s > last.s) follow(point, u);
  return point;
}

// Of shorter steps of the spectra one ends where the run can go on with the full equations. That is seen
// by the spectra, which have the eigenvalues of A, before A is followed to where they meet.
void AtaoJvSystem::follow(Point& to, ConstVector u) {
  const Point& last = accepted_.back();
  if (change_order(last.moments.of_spectra(), to.moments.of_spectra()) ||
      equation(background(to.s, u), to.moments).largest_lag(to.moments.of_spectra()) > far_too_large_lag) {
    throw OutsideDomain("momenta are not locked to one another");
  }
  std::vector<const Point*> points;
  for (std::size_t k = accepted_.size() > 2 ? accepted_.size() - 2 : 0; k < accepted_.size(); ++k) {
    points.push_back(&accepted_[k]);
  }
  points.push_back(&to);
  const std::optional<Point> reached = followed(last, to.s, u, points);
  cannot_be_followed_ |= !reached && to.s - last.s < short_step;
  if (!reached) throw OutsideDomain("the asymmetry matrix cannot be followed");
  to.A = reached->A;
  to.step = reached->step;
}

void AtaoJvSystem::begin(double s, ConstVector u) {
  accepted_ = {{s, 0.0, asymmetry(u), spectra(background(s, u), u).moments}};
  latest_ = shown_ = accepted_.back();
  accepted_mismatch_ = mismatch(latest_.A, latest_.moments.of_spectra());
  cannot_be_followed_ = false;
}

void AtaoJvSystem::outer_rhs(double s, ConstVector u, Vector du) {
  const Spectra here = spectra(background(s, u), u);
  latest_ = evaluate(s, u, here.moments);
  const Vector3 of_spectra = here.moments.of_spectra();
  const Eigensystem<3> named = named_eigensystem(latest_.A, of_spectra);
  if (mismatch(named, of_spectra) > accepted_mismatch_ + mismatch_of_a_step_) {
    throw OutsideDomain("the basis turns too far for one step of the spectra");
  }
  du.setZero();
  set_slopes(here, named.vectors, du);
  set_other_slopes(here.background, u, du);
}

void AtaoJvSystem::outer_jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Matrix3 A = latest_.s == s ? latest_.A : evaluate(s, u, spectra(background(s, u), u).moments).A;
  Eigen::VectorXd complete = u;
  set_asymmetry(A, complete);
  jacobian(s, complete, du, J);
  J.middleRows(scheme_block().first, components).setZero();
}

void AtaoJvSystem::accept(double s, ConstVector u) {
  if (latest_.s != s) latest_ = evaluate(s, u, spectra(background(s, u), u).moments);
  accepted_mismatch_ = mismatch(latest_.A, asymmetry_of_spectra(u));
  accepted_.push_back(latest_);
  if (accepted_.size() > 3) accepted_.erase(accepted_.begin());
}

// A step of the spectra may have hundreds of rows: A is followed from one to the next, or is that at its end.
void AtaoJvSystem::set_fast(double s, Vector u) {
  const Point& now = accepted_.back();
  if (s >= now.s || accepted_.size() < 2) return set_asymmetry(now.A, u);
  const Point& before = accepted_[accepted_.size() - 2];
  if (shown_.s < before.s || shown_.s > s) shown_ = before;
  std::vector<const Point*> points;
  for (const Point& point : accepted_) points.push_back(&point);
  const std::optional<Point> reached = followed(shown_, s, u, points);
  cannot_be_followed_ |= !reached;
  shown_ = reached.value_or(now);
  set_asymmetry(shown_.A, u);
}

// The basis of A, in the order of its eigenvalues.
AtaoJvSystem::Bases AtaoJvSystem::bases(const Background&, ConstVector u) const {
  const MatrixField<3> U(grid_.size(), basis(u));
  return {U, U};
}

void AtaoJvSystem::set_neutrinos(const Background& b, const StateDensities& rho, Vector u) const {
  set_asymmetry(asymmetry_of(rho), u);
  AveragedSystem::set_neutrinos(b, rho, u);
}

void AtaoJvSystem::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Spectra here = spectra(b, u);
  du.setZero();
  set_slopes(here, basis(u), du);
  const AsymmetryEquation slope = equation(b, here.moments);
  set_asymmetry(to_matrix<3>(slope(to_components<3>(asymmetry(u)))), du);
}

// c_aa = 2 [gain_aa (1 - f_a) - loss_aa f_a].
void AtaoJvSystem::set_slopes(const Spectra& spectra, const Matrix3& U, Vector du) const {
  const auto& [b, f, rates, moments] = spectra;
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const CoupledStates coupled(maps_, U);
  std::array<Eigen::Matrix3d, 2> of_state;
  for (int map = 0; map < 2; ++map) {
    for (int state = 0; state < 3; ++state) {
      of_state[map].row(state) = coupled.of_map[map][state].diagonal().real().transpose();
    }
  }
  const auto set = [&](const SharedBasisRates::Kind& kind, const StateRows& own, int first) {
    const auto whole = [&](auto part) -> StateRows {
      return (kind.blind.*part).matrix() + (kind.squared.*part).matrix() * of_state[0] +
             (kind.mixed.*part).matrix() * of_state[1];
    };
    const StateRows C =
        2.0 * unit * (whole(&SharedBasisSums::gain) * (1.0 - own) - whole(&SharedBasisSums::loss) * own);
    for (int i = 0; i < grid_.size(); ++i) {
      du.segment<3>(layout_.index(i, first)) = C.row(i).transpose() / scale_(i);
    }
  };
  set(rates.nu, f.nu, 0);
  set(rates.bar, f.bar, 3);
}

double AtaoJvSystem::asymmetry_mismatch(double, ConstVector u) const {
  return mismatch(asymmetry(u), asymmetry_of_spectra(u)) / initial_norm_;
}

Vector3 AtaoJvSystem::asymmetry_of_spectra(ConstVector u) const {
  const SharedBasisDensities f = occupations(u);
  return ((f.nu - f.bar).colwise() * weight_).colwise().sum().transpose();
}

AsymmetryEquation AtaoJvSystem::equation_without_collisions(double s, ConstVector u) const {
  const SharedBasisRates none(grid_.size());
  return equation(background(s, u), {grid_.y(), weight_, occupations(u), none});
}

// rho with its coherences of first order in V/J, where these are small.
StateDensities AtaoJvSystem::densities(double s, ConstVector u) const {
  const SharedBasisDensities f = occupations(u);
  const Coherences coherences(equation_without_collisions(s, u), asymmetry(u), largest_lag);
  StateDensities rho;
  for (int i = 0; i < grid_.size(); ++i) {
    rho.nu.push_back(coherences.density(grid_.y(i), f.nu.row(i).transpose(), 1.0));
    rho.bar.push_back(coherences.density(grid_.y(i), f.bar.row(i).transpose(), -1.0));
  }
  return rho;
}

// What these equations make of rho and what they leave out of it are compared.
bool AtaoJvSystem::holds_for(double s, const Background& b, const StateDensities& rho,
                             const Eigen::VectorXd& component_unknowns) const {
  if (b.T_cm > mu_and_tau_convert_above_MeV) return false;
  const Eigen::VectorXd u = state_vector(s, b.z, rho, component_unknowns);
  if (equation_without_collisions(s, u).largest_lag(asymmetry_of_spectra(u)) > lag_to_return) return false;
  const StateDensities own = densities(s, u);
  double left_out = 0.0;
  for (int i = 0; i < grid_.size(); ++i) {
    left_out += weight_(i) * ((rho.nu[i] - own.nu[i]).norm() + (rho.bar[i] - own.bar[i]).norm());
  }
  return left_out < coherences_to_return * traceless<3>(asymmetry(u)).norm();
}

bool AtaoJvSystem::averaging_is_due(double s, ConstVector u, double mean_step) const {
  constexpr double stuck = 1e-7;  // spectra go on by 1e-5 at least where these equations hold
  const double T_average = parameters_.run.average_below_MeV == 0.0 ? asymmetries_averaged_below_MeV : 0.0;
  if (cannot_be_followed_ || mean_step < stuck || constants::electron_mass * std::exp(-s) < T_average)
    return true;
  return equation_without_collisions(s, u).largest_lag(asymmetry_of_spectra(u)) > largest_lag;
}

}  // namespace

std::unique_ptr<KineticSystem> make_atao_jv_system(const Parameters& parameters, const Threads& threads,
                                                   const Additions& additions) {
  return std::make_unique<AtaoJvSystem>(parameters, threads, additions);
}

}  // namespace qke
