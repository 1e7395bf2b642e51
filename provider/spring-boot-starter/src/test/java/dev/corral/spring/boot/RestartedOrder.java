package dev.corral.spring.boot;

/** A value of an application whose class is loaded again by a restart. */
record RestartedOrder(String customer) {}
