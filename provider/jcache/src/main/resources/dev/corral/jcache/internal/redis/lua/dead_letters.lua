--[[
  The dead letters of a write-behind queue, shared by scripts. A dead letter, big-endian: operation
  (1 byte), attempts (4), first change in ms (8), when it became a dead letter in ms (8), the order
  of the change (40, see change_order.lua), length of the reason (4), reason, value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local DEAD_LETTER = '>BI4I8I8' .. ORDER .. 'I4'

local function packDeadLetter(record, attempts, since, reason)
  return struct.pack('>BI4I8I8', record.operation, attempts, since, now)
    .. packOrder(record.order) .. struct.pack('>I4', #reason) .. reason .. record.value
end

-- Nil if it is malformed.
local function unpackDeadLetter(bytes)
  if #bytes < struct.size(DEAD_LETTER) then return nil end
  local operation, attempts, since, created, writer, number, earliest, latest, estimate, length,
    from = struct.unpack(DEAD_LETTER, bytes)
  return {operation = operation, since = since,
    order = orderOf(writer, number, earliest, latest, estimate),
    value = string.sub(bytes, from + length)}
end
