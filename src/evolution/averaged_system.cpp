// Oscillations averaged. The unknowns of a node are f_a/scale - 1, f_a the occupation of
// state a in a basis U of the scheme's. Everything else is done in the flavour basis:
// unknowns to density matrices, these to collision terms, and of C the diagonal in the
// basis U.
#include "evolution/averaged_system.hpp"

#include <utility>

#include "flavour/hermitian.hpp"

namespace qke {
namespace {

int species(AntineutrinoRelation relation) { return relation == AntineutrinoRelation::independent ? 2 : 1; }

// What a state a of unit occupation adds to rho: |U_alpha,a|^2 on the diagonal, and
// U_alpha,a U*_beta,a off it, for the pairs alpha beta of the active flavours.
template <int N, class Scalar>
struct ActiveContent {
  explicit ActiveContent(const FlavourMatrix<N, Scalar>& U)
      : occupation(U.template topRows<3>().cwiseAbs2()) {
    int pair = 0;
    for (const auto& [alpha, beta] : state_pairs<3>()) {
      coherence.row(pair++) = U.row(alpha).cwiseProduct(U.row(beta).conjugate());
    }
  }

  Eigen::Matrix<double, 3, N> occupation;
  Eigen::Matrix<Scalar, 3, N> coherence;
};

template <int N, class Scalar>
std::vector<ActiveContent<N, Scalar>> active_contents(const MatrixField<N, Scalar>& U) {
  return {U.begin(), U.end()};
}

// Element (a, b): d(df_a/ds of node i)/df_b of node k. The occupation f_b changes rho_k
// by |b><b|; the response, D_alpha,beta between diagonal elements and o_alpha,beta for
// the pair's own off-diagonal one, turns that into dC_i; and <a|dC_i|a> is
//   sum_alpha,beta |U_alpha,a|^2 D_alpha,beta |U_beta,b|^2
//     + 2 Re sum_(alpha < beta) U*_alpha,a U_beta,a o_alpha,beta U_alpha,b U*_beta,b.
template <int N, class Scalar>
Eigen::Matrix<double, N, N> occupation_response(const NodeResponse& response,
                                                const ActiveContent<N, Scalar>& i,
                                                const ActiveContent<N, Scalar>& k) {
  const Eigen::Matrix<Scalar, 3, N> turned =
      (2.0 * response.off_diagonal).matrix().template cast<Scalar>().asDiagonal() * k.coherence;
  const Eigen::Matrix<double, 3, N> responded = response.diagonal * k.occupation;
  Eigen::Matrix<double, N, N> result;
  for (int a = 0; a < N; ++a) {
    for (int b = 0; b < N; ++b) {
      result(a, b) = i.occupation.col(a).dot(responded.col(b)) +
                     Eigen::numext::real(i.coherence.col(a).dot(turned.col(b)));
    }
  }
  return result;
}

}  // namespace

// Every component counts once in Tr(rho + rhobar)/scale - 2 N, or twice where rhobar = rho.
template <int N, class Scalar>
AveragedSystem<N, Scalar>::AveragedSystem(const Parameters& parameters, AntineutrinoRelation relation,
                                          const Threads& threads, const Additions& additions,
                                          const std::string& block_name, int block_size)
    : KineticSystem(
          parameters,
          {Eigen::VectorXd::Constant(N * species(relation), 2.0 / species(relation)), block_name, block_size},
          threads, additions),
      relation_(relation) {}

template <int N, class Scalar>
DensityMatrices<N, Scalar> AveragedSystem<N, Scalar>::density_matrices(const Bases& U, ConstVector u) const {
  const auto field = [&](const Field& basis, int first) {
    Field matrices;
    matrices.reserve(grid_.size());
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourVector<N> f = scale_(i) * (u.segment<N>(layout_.index(i, first)).array() + 1.0);
      matrices.push_back(basis[i] * f.template cast<Scalar>().asDiagonal() * basis[i].adjoint());
    }
    return matrices;
  };
  if (!independent()) return {field(U.nu, 0), {}};
  return {field(U.nu, 0), field(U.of_antineutrinos(), N)};
}

template <int N, class Scalar>
StateDensities AveragedSystem<N, Scalar>::densities(double s, ConstVector u) const {
  const Density density = density_matrices(bases(background(s, u), u), u);
  StateMatrixField nu = as_state_matrices<N, Scalar>(density.nu, states_);
  if (!independent()) return {nu, nu};
  return {std::move(nu), as_state_matrices<N, Scalar>(density.bar, states_)};
}

// Projects rho on the basis: its off-diagonal elements there, which oscillate, are
// dropped. A basis that depends on the occupations, by their energy in V, is found with
// them.
template <int N, class Scalar>
void AveragedSystem<N, Scalar>::set_neutrinos(const Background& b, const StateDensities& rho,
                                              Vector u) const {
  constexpr int enough = 10;
  const int passes = potentials_need_neutrino_energy() ? enough : 1;
  for (int pass = 0; pass < passes; ++pass) project(bases(b, u), rho, u);
}

template <int N, class Scalar>
void AveragedSystem<N, Scalar>::project(const Bases& U, const StateDensities& rho, Vector u) const {
  const auto set = [&](const Field& basis, const StateMatrixField& field, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourMatrix<N> states = basis[i].template cast<std::complex<double>>();
      u.segment<N>(layout_.index(i, first)) =
          (states.adjoint() * as_fixed<N>(field[i]) * states).diagonal().real().array() / scale_(i) - 1.0;
    }
  };
  set(U.nu, rho.nu, 0);
  if (independent()) set(U.of_antineutrinos(), rho.bar, N);
}

template <int N, class Scalar>
DensityMatrices<N, Scalar> AveragedSystem<N, Scalar>::collision_terms(const Background& b,
                                                                      const Density& rho) const {
  const CollisionRates rates = collisions_.rates(b, active_densities<N, Scalar>(rho, relation_));
  const double unit = collisions_.unit(b.T_cm) / b.hubble;
  const auto terms = [&](const GainAndLoss& r, const Field& density) {
    Field C;
    C.reserve(density.size());
    for (std::size_t i = 0; i < density.size(); ++i) {
      C.push_back(unit * collision_term<N, Scalar>(r, static_cast<int>(i), density[i]));
    }
    return C;
  };
  return {terms(rates.nu, rho.nu), terms(rates.bar, rho.bar)};
}

template <int N, class Scalar>
void AveragedSystem<N, Scalar>::set_diagonals(const Bases& U, const Density& X, Vector u) const {
  const auto set = [&](const Field& basis, const Field& field, int first) {
    for (int i = 0; i < grid_.size(); ++i) {
      const FlavourMatrix<N, Scalar> rotated = basis[i].adjoint() * field[i] * basis[i];
      u.segment<N>(layout_.index(i, first)) = rotated.diagonal().real() / scale_(i);
    }
  };
  set(U.nu, X.nu, 0);
  if (independent()) set(U.of_antineutrinos(), X.bar, N);
}

template <int N, class Scalar>
void AveragedSystem<N, Scalar>::neutrino_rhs(const Background& b, ConstVector u, Vector du) const {
  const Bases U = bases(b, u);
  Density slopes = collision_terms(b, density_matrices(U, u));
  const Field emitted = emission<N, Scalar>(b, u);
  for (std::size_t i = 0; i < emitted.size(); ++i) {
    slopes.nu[i] += emitted[i];
    if (independent()) slopes.bar[i] += emitted[i];
  }
  set_diagonals(U, slopes, du);
}

// The bases turn with x and z, not with the occupations: the turning stands in the
// columns of z and of the scheme's own block, which are difference quotients.
template <int N, class Scalar>
void AveragedSystem<N, Scalar>::jacobian(double s, ConstVector u, ConstVector du, Matrix J) {
  const Background b = background(s, u);
  const Bases U = bases(b, u);
  const CollisionResponse response =
      collisions_.response(b, active_densities<N, Scalar>(density_matrices(U, u), relation_));
  fill_occupations(collisions_.unit(b.T_cm) / b.hubble, U, response, J);
  fill_other_rows_and_columns(b, u, du, J);
}

template <int N, class Scalar>
void AveragedSystem<N, Scalar>::fill_occupations(double unit, const Bases& U,
                                                 const CollisionResponse& response, Matrix J) const {
  const auto nu = active_contents<N, Scalar>(U.nu), bar = active_contents<N, Scalar>(U.of_antineutrinos());
  const auto& [of_nu, of_bar] = response;
  for (int i = 0; i < grid_.size(); ++i) {
    for (int k = 0; k < grid_.size(); ++k) {
      const double factor = unit * scale_(k) / scale_(i);
      const auto fill = [&](int row, int column, const NodeResponse& node, const auto& of_i,
                            const auto& of_k) {
        J.block<N, N>(layout_.index(i, row), layout_.index(k, column)) =
            factor * occupation_response<N, Scalar>(node, of_i, of_k);
      };
      // rhobar = rho: a change of rho is one of rhobar, too.
      if (!independent()) {
        fill(0, 0, of_nu.same_at(i, k) + of_nu.opposite_at(i, k), nu[i], nu[k]);
        continue;
      }
      fill(0, 0, of_nu.same_at(i, k), nu[i], nu[k]);
      fill(0, N, of_nu.opposite_at(i, k), nu[i], bar[k]);
      fill(N, N, of_bar.same_at(i, k), bar[i], bar[k]);
      fill(N, 0, of_bar.opposite_at(i, k), bar[i], nu[k]);
    }
  }
}

template <int N, class Scalar>
std::string AveragedSystem<N, Scalar>::node_component_name(int component) const {
  return (component < N ? "neutrino state " : "antineutrino state ") + std::to_string(component % N + 1);
}

template class AveragedSystem<3, double>;
template class AveragedSystem<3, std::complex<double>>;
template class AveragedSystem<4, double>;
template class AveragedSystem<4, std::complex<double>>;
template class AveragedSystem<5, double>;
template class AveragedSystem<5, std::complex<double>>;
template class AveragedSystem<6, double>;
template class AveragedSystem<6, std::complex<double>>;

}  // namespace qke
