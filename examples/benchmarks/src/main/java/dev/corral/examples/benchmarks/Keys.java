package dev.corral.examples.benchmarks;

import java.util.Arrays;
import java.util.Random;

/**
 * Which keys are used how often: each as often as any other, or by Zipf's law with an exponent of
 * one, the k-th 1/k as often as the first. Safe for many threads.
 */
enum Keys {
  UNIFORM,
  ZIPF;

  static final int COUNT = 10_000;

  private static final String[] NAMES = new String[COUNT];
  private static final double[] CUMULATED = new double[COUNT];

  static {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
      NAMES[i] = "customer-" + i;
      sum += 1.0 / (i + 1);
      CUMULATED[i] = sum;
    }
  }

  static String name(int index) {
    return NAMES[index];
  }

  String next(Random random) {
    if (this == UNIFORM) {
      return NAMES[random.nextInt(COUNT)];
    }
    double point = random.nextDouble() * CUMULATED[COUNT - 1];
    int found = Arrays.binarySearch(CUMULATED, point);
    return NAMES[found < 0 ? -found - 1 : found];
  }
}
