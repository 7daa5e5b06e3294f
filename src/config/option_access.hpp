// What rows of the option table are made of: access to a member of Parameters, and units
// in which users give numbers by mistake.
#pragma once

#include <numbers>
#include <string_view>

#include "config/option.hpp"

namespace qke {

using P = Parameters;

// Reads and writes parameters.section.member, as the Value that the kind of option has.
template <class Value, class Section, class Member>
Access<Value> access(Section Parameters::*section, Member Section::*member) {
  return {
      [=](const Parameters& parameters) { return static_cast<Value>(parameters.*section.*member); },
      [=](Parameters& parameters, Value value) { parameters.*section.*member = static_cast<Member>(value); }};
}

inline Slip in_unit(std::string_view meant, double factor) {
  return {meant, [factor](double value) { return factor * value; }};
}

inline Slip in_degrees() { return in_unit("degrees", std::numbers::pi / 180.0); }
inline Slip in_keV() { return in_unit("keV", 1e-3); }
inline Slip in_GeV() { return in_unit("GeV", 1e3); }

}  // namespace qke
