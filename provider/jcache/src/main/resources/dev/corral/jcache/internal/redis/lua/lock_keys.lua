--[[
  Takes, renews and releases locks of keys of one bucket: key locks or load locks. A lock is a hash
  that expires: its owner, which is one cache of one JVM, and the number of the acquisition. A later
  acquisition of an owner replaces its earlier one. So a late command of an earlier acquisition
  finds another number, and does nothing.
  The first owner that finds the key locked by another one is noted as the waiter. After the time
  `precedence`, only the waiter gets the lock, so no owner with many threads can keep it for ever.

  KEYS    the locks; if there is a look, also the generation, tagged and tags (see tags.lua), then
          the entry of each look
  ARGV    owner; times in ms: that a lock lasts, and until the waiter takes precedence; then for
          each lock the action (take look renew release) and the number; look is for a key lock, and
          also reads the entry
  Result  a text with a digit for each lock: 1 if it was done, 0 if another acquisition has the
          lock, or none; then for each look the generation and the entry, if it was done
]]
local owner, lease, precedence, seen = ARGV[1], ARGV[2], tonumber(ARGV[3]), {''}
local locks = (#ARGV - 3) / 2
local GENERATION, nextEntry = KEYS[locks + 1], locks + 4
if GENERATION then useTags(KEYS[locks + 2], KEYS[locks + 3]) end

local actions = {}

function actions.take(lock, number)
  local holder, held, waiter, since = fieldsOf(lock, 'owner', 'number', 'waiter', 'since')
  if (holder or waiter) and redis.call('PTTL', lock) == -1 then -- another program has made it
    redis.call('UNLINK', lock)
    holder, held, waiter = nil, nil, nil
  end
  if holder and holder ~= owner then
    if not waiter then redis.call('HSET', lock, 'waiter', owner, 'since', decimal(now)) end
    return false
  end
  if held and (tonumber(held) or 0) > tonumber(number) then return false end
  if waiter == owner then
    redis.call('HDEL', lock, 'waiter', 'since')
  elseif waiter and now - (tonumber(since) or 0) >= precedence then
    if holder then reserve(lock) end -- our earlier acquisition is over; its release may be lost
    return false
  end
  redis.call('HSET', lock, 'owner', owner, 'number', number)
  redis.call('PEXPIRE', lock, lease)
  return true
end

function actions.look(lock, number)
  local taken, entry = actions.take(lock, number), KEYS[nextEntry]
  local found = taken and redis.call('MGET', GENERATION, entry)
  nextEntry = nextEntry + 1
  local stored = found and found[2]
  seen[#seen + 1] = found and found[1] or false
  seen[#seen + 1] = stored and not isInvalidated(stored) and stored or false
  return taken
end

function actions.renew(lock, number)
  local holder, held = fieldsOf(lock, 'owner', 'number')
  return holder == owner and held == number and redis.call('PEXPIRE', lock, lease) == 1
end

function actions.release(lock, number)
  return release(lock, owner, number)
end

local digits = {}
for i = 1, locks do
  digits[i] = actions[ARGV[2 * i + 2]](KEYS[i], ARGV[2 * i + 3]) and '1' or '0'
end
seen[1] = table.concat(digits)
return seen
