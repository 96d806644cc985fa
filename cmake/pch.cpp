// SPDX-License-Identifier: Apache-2.0
// Empty on purpose: gives the shared precompiled header a target to belong to.
