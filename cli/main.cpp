// SPDX-License-Identifier: Apache-2.0
#include "cli/root.hpp"

int main(int argc, char** argv)
{
  return davit::cli::run_davit(argc, argv);
}
