package dev.corral.jcache.parity;

/** How a cache is configured. */
record Setup(Lifetimes lifetimes, boolean readThrough, boolean writeThrough) {}
