--[[
  Finds the bookkeeping keys of one cache that hold another type than they should, and removes them.
  If they were parts of the queue, all changes that are still queued are due at once.

  KEYS    bookkeeping keys; the first ones may be the five parts of the queue (see queue.lua)
  ARGV    1 to remove them, 0 only to report them; how many parts of the queue there are: 5 or 0;
          then the type of each key, or lease
  Result  the numbers of the keys of a wrong type
]]
local removes, partsOfQueue, FIRST_TYPE, damaged = ARGV[1] == '1', tonumber(ARGV[2]), 3, {}

-- Restores what the other parts have of the queued changes. A record has a higher version than all
-- before it.
local function restoreQueue(parts)
  local newest = 0
  for _, key in ipairs(redis.call('HKEYS', parts.queue)) do
    local record = redis.call('HGET', parts.queue, key)
    if #record >= RECORD_LENGTH then newest = math.max(newest, (struct.unpack(RECORD, record))) end
    redis.call('ZADD', parts.due, 'NX', decimal(now), key)
    if not redis.call('ZSCORE', parts.since, key) then setTaken(parts, key, now, true) end
  end
  redis.call('HSETNX', parts.totals, 'queued', decimal(newest))
end

-- A lease is a string that expires.
local function isDamaged(key, wanted)
  local found = redis.call('TYPE', key).ok
  if found == 'none' then return false end
  if wanted == 'lease' then return found ~= 'string' or redis.call('PTTL', key) == -1 end
  return found ~= wanted
end

for i, key in ipairs(KEYS) do
  if isDamaged(key, ARGV[FIRST_TYPE + i - 1]) then
    damaged[#damaged + 1] = i
    if removes then redis.call('UNLINK', key) end
  end
end
if removes and #damaged > 0 and damaged[1] <= partsOfQueue then restoreQueue(partsFrom(1)) end
return damaged
