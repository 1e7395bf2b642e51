package dev.corral.jcache.parity;

/** The configuration of a cache. */
record Setup(Lifetimes lifetimes, boolean readThrough, boolean writeThrough) {}
