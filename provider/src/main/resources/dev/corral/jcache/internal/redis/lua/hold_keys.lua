--[[
  Takes, renews and releases the locks of keys of one bucket. A lock is a hash that ends by itself: its owner, which is
  one cache of one JVM, and the number of the hold. An owner gives a key to one thread at a time, and a later hold takes
  over its earlier one. So whatever of an earlier hold comes late finds another number, and does nothing.
  Whoever finds the key held by another owner is noted as the one who waits, if nobody is. From a while after that, the
  lock is given to nobody else, lest an owner with many threads keep it for ever; who waits has to come for it soon.

  KEYS    the locks
  ARGV    owner; times in ms: that a lock stands, until the one who waits has precedence, and to come for it; then for
          each lock what to do (take renew release) and the number of the hold
  Result  a text with a digit for each lock: 1 if it was done, 0 if another hold has the lock, or none has
]]
local owner, lease, patience, reserved, answers = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], {}

local function millis()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Nobody has it any more; who waits for it has a while to come.
local function leave(lock)
  redis.call('HDEL', lock, 'owner', 'number')
  redis.call('PEXPIRE', lock, reserved)
end

local wishes = {}

function wishes.take(lock, number, standing)
  local holder, held, waiter, since = unpack(standing)
  if holder and holder ~= owner then
    if not waiter then redis.call('HSET', lock, 'waiter', owner, 'since', string.format('%.0f', millis())) end
    return false
  end
  if held and tonumber(held) > tonumber(number) then return false end
  if waiter == owner then
    redis.call('HDEL', lock, 'waiter', 'since')
  elseif waiter and millis() - tonumber(since) >= patience then
    if holder then leave(lock) end -- our earlier hold is over, and its release may be lost
    return false
  end
  redis.call('HSET', lock, 'owner', owner, 'number', number)
  redis.call('PEXPIRE', lock, lease)
  return true
end

function wishes.renew(lock, number, standing)
  local ours = standing[1] == owner and standing[2] == number
  return ours and redis.call('PEXPIRE', lock, lease) == 1
end

function wishes.release(lock, number, standing)
  local ours, waiter = standing[1] == owner and standing[2] == number, standing[3]
  if ours and waiter then
    leave(lock)
  elseif ours then
    redis.call('UNLINK', lock)
  end
  return ours
end

for i, lock in ipairs(KEYS) do
  local standing = redis.call('HMGET', lock, 'owner', 'number', 'waiter', 'since')
  answers[i] = wishes[ARGV[2 * i + 3]](lock, ARGV[2 * i + 4], standing) and '1' or '0'
end
return table.concat(answers)
