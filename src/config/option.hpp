// An option of the configuration: its name, type, unit, range and help, and how it reads
// and writes its member of Parameters. The table of all options is in options.hpp.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "qke/parameters.hpp"

namespace qke {

template <class Value>
struct Access {
  std::function<Value(const Parameters&)> get;
  std::function<void(Parameters&, Value)> set;
};

using FlavourTriple = std::array<double, 3>;  // e, mu, tau

// Why a value is out of range, and the remedy. A check returns nothing where the value is
// in range.
struct OutOfRange {
  std::string reason;  // beyond the range itself; mostly empty
  std::string remedy;
};

// A unit that is not the key's, in which a user may have given a number: "degrees",
// "keV", ...
struct Slip {
  std::string_view meant;
  std::function<double(double)> converted;  // to the unit of the key
};

// Sizes beyond which a number, though accepted, is more likely to be a slip than meant. 0
// is always usual.
struct UsualSizes {
  double lower = 0.0, upper = std::numeric_limits<double>::infinity();

  bool contain(double value) const {
    return value == 0.0 || (std::abs(value) >= lower && std::abs(value) <= upper);
  }
};

// A number in [lower, upper]; with lower_excluded, in (lower, upper].
struct RealOption {
  Access<double> access;
  double lower, upper;
  bool lower_excluded = false;
  UsualSizes usual = {};
  std::vector<Slip> slips = {};

  bool is_in_range(double value) const;
  // "Write 3.403392041 for 195 degrees.", or nothing where no slip explains the value.
  std::string explanation_by_slip(double value) const;
  std::optional<OutOfRange> check(double value) const;
};

struct IntegerOption {
  Access<long> access;
  long lower, upper;
  std::function<std::string(long)> cost = {};  // of a value above the range, for the message

  std::optional<OutOfRange> check(long value) const;
};

struct FlagOption {
  Access<bool> access;
};

// One of some words; the access is by position in the list.
struct ChoiceOption {
  Access<int> access;
  std::vector<std::string_view> words;
};

// Three numbers in [lower, upper].
struct FlavourOption {
  Access<FlavourTriple> access;
  double lower, upper;

  std::optional<OutOfRange> check(const FlavourTriple& values) const;
};

// Three rows of three numbers in [-limit, limit]: the real part of a Hermitian matrix,
// which is symmetric, or its imaginary part, which is antisymmetric.
struct MatrixOption {
  Access<FlavourRows> access;
  double limit;
  bool imaginary = false;

  std::optional<OutOfRange> check(const FlavourRows& rows) const;
};

// Up to so many numbers in [lower, upper], each above the one before. None stand for the
// program's choice.
using NumberList = std::vector<double>;

struct ListOption {
  Access<NumberList> access;
  double lower, upper;
  std::size_t most;

  std::optional<OutOfRange> check(const NumberList& values) const;
};

// Rows of numbers, the first of which is positive and increases; or the name of a file
// with them, which is read at once.
using TableRows = std::vector<std::vector<double>>;

struct TableOption {
  Access<TableRows> access;
  std::vector<std::string_view> columns;
  std::string_view meaning;  // of the numbers after the first, for remedies: "factors about 1"
  double upper;              // for these
  bool zero_is_excluded;

  std::optional<OutOfRange> check(const TableRows& rows) const;

 private:
  std::optional<OutOfRange> check_row(const std::vector<double>& row) const;
};

struct Option {
  std::string_view section, name;
  std::string_view unit;  // "1" for pure numbers, empty where there is none
  std::variant<RealOption, IntegerOption, FlagOption, ChoiceOption, FlavourOption, MatrixOption, ListOption,
               TableOption>
      kind;
  std::string_view help;
  std::string_view decided_by = {};  // the keys that decide the default, if any

  std::string full_name() const;  // section.name

  // For messages and documentation: "a number from 0 to 1", "an integer from 10 to 640",
  // ...
  std::string expectation() const;

  // The value as TOML.
  std::string toml_value(const Parameters& parameters) const;

  // "name = value is out of range (expectation). Remedy.", or nothing.
  std::optional<std::string> complaint(const Parameters& parameters) const;
  std::string complaint(const std::string& value, const OutOfRange& problem) const;
};

// A warning for an accepted value that is more likely to be a mistake, or nothing.
std::optional<std::string> unusual_value(const Option& option, const Parameters& parameters);

// Values as TOML. A double is always written as a float, never as an integer.
std::string toml_float(double value);
std::string toml_array(const FlavourTriple& values);
std::string toml_matrix(const FlavourRows& rows);
std::string toml_list(const NumberList& values);
std::string toml_array(const TableRows& rows);

}  // namespace qke
