// The command qke-decouple: the one place that turns an exception into a message and an
// exit status (qke/error.hpp).
#include <exception>
#include <iostream>
#include <new>

#include "base/processors.hpp"
#include "command/run_command.hpp"
#include "qke/error.hpp"

int main(int argument_count, char** arguments) {
  try {
    return static_cast<int>(qke::run_command(argument_count, arguments));
  } catch (const qke::Error& error) {
    std::cerr << "qke-decouple: " << error.what() << '\n';
    return static_cast<int>(error.status());
  } catch (const std::bad_alloc&) {
    std::cerr << "qke-decouple: " << qke::out_of_memory_message(1) << '\n';
    return static_cast<int>(qke::ExitStatus::numerical);
  } catch (const std::exception& error) {
    std::cerr << "qke-decouple: " << error.what() << " (not foreseen by the program). Please report it.\n";
    return static_cast<int>(qke::ExitStatus::numerical);
  }
}
