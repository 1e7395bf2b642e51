/** The classes of an application, as the tool meets them. */
@NullMarked
package com.shop.model;

import org.jspecify.annotations.NullMarked;
