--[[
  Intents: what transactions record of the keys that they are about to change in the database;
  shared by scripts.
  The intents of a key are its write fence, as a sorted set: the token of each with the time in ms
  at which it ends. While it exists, no load is stored, as with the fence of a writer, which is a
  string. It never has the fence of a writer, so a writer that commits removes the entry.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- Removes the intents that have ended, and lets the set end with the last of the others.
local function settleIntents(fence)
  local ended = redis.call('ZRANGEBYSCORE', fence, '-inf', decimal(now), 'LIMIT', 0, 100)
  if #ended > 0 then redis.call('ZREM', fence, unpack(ended)) end
  local last = redis.call('ZRANGE', fence, 0, 0, 'REV', 'WITHSCORES')[2]
  if last then redis.call('PEXPIREAT', fence, decimal(tonumber(last))) end
end
