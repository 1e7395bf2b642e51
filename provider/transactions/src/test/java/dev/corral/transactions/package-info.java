@NullMarked
package dev.corral.transactions;

import org.jspecify.annotations.NullMarked;
