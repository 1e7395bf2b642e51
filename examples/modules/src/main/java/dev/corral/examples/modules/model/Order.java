package dev.corral.examples.modules.model;

import java.time.Instant;
import java.util.List;

/** A value in an exported package. */
public record Order(long id, List<String> lines, Instant created) {}
