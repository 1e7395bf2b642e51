package dev.corral.examples.modules.model;

/** A key in an exported package. */
public record Position(String shelf, int number) {}
