--[[
  The keys and arguments of apply.lua, on entries of one bucket.

  KEYS    generation, subscriptions, expiry index, expiring values, the five parts of the queue (see
          queue.lua), sequence of invalidations, written, written before (see
          acknowledge_writes.lua), tagged, tags (see tags.lua), then the entries, then the write
          fences and the locks of those entries whose fence or lock the commands use
  ARGV    channel
          JVM
          sequence of the first entry
          time in ms to keep an entry beyond its deadline
          how many keys the queue accepts; 0: there is none
          delay of a queued change in ms
          the JVM in the order of changes (see change_order.lua)
          bounds in ms of what is added to a number of a change, in ns, for the server's time at
            which it was made: the lower and the upper one; empty if they are unknown
          1: the entries get a stamp, and may have tags
          number of templates; then for each template:
            when       always absent unloaded present negative stale alike holds marked kept
                         ticket never
            then       nothing touch put remove reserve negate restore renew
            otherwise  the same; or changed: report an entry that does not meet the condition; or
                       compare: report it only if it is live; or mark: leave a reload mark
            wants      1: the reply contains the previous value; 2: the header with its details
            times to live in ms on creation, update and access: -1 never, -2 unchanged, -3 ask
            load duration in ms
            write fence, or empty
            queued     1: the change goes to the queue, too
          for each entry: number of its template, expected, value, held lock to release, or empty,
            number of a queued change in its JVM: negative if it was overtaken, and is sent again;
            the tags of the value (see tags.lua), one after the other; its details (see
            envelope.lua), or empty
  Result  none: these are declarations for the script that follows
]]
local channel, jvm, firstSequence = ARGV[1], ARGV[2], tonumber(ARGV[3])
local retention, queueLimit, queueDelay = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local writer, lowest, highest = ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
local stamps, TEMPLATES, TEMPLATE_FIELDS, ENTRY_FIELDS = ARGV[10] == '1', 11, 10, 7
local generation, subscriptions = currentGeneration(KEYS[1]), subscriptionsOf(KEYS[2])
local expiryIndex, expiringValues, parts = KEYS[3], KEYS[4], partsFrom(5)
local SEQUENCE, WRITTEN, BEFORE, FIRST_ENTRY = KEYS[10], KEYS[11], KEYS[12], 15
local hasSubscribers, hasQueue = next(subscriptions) ~= nil, queueLimit > 0
local NEVER, UNCHANGED, ASK, CREATION, UPDATE, ACCESS = -1, -2, -3, 1, 2, 3

useTags(KEYS[13], KEYS[14])

local function isChange(chosen)
  return chosen == 'put' or chosen == 'remove'
end

-- The templates, and the position of the argument after them.
local function readTemplates()
  local templates, field = {}, TEMPLATES + 1
  for i = 1, tonumber(ARGV[TEMPLATES]) do
    local when, consequence, otherwise, wants, creation, update, access, load, fence, queued =
      unpack(ARGV, field, field + TEMPLATE_FIELDS - 1)
    local compares = when == 'holds' or when == 'ticket' or when == 'alike' or when == 'never'
    templates[i] = {
      when = when, consequence = consequence, otherwise = otherwise,
      wantsPrevious = wants == '1', wantsDetails = wants == '2',
      readsValue = wants == '1' or compares or hasSubscribers,
      lifetimes = {tonumber(creation), tonumber(update), tonumber(access)},
      loadMillis = tonumber(load),
      fence = fence,
      queued = hasQueue and queued == '1' and (isChange(consequence) or isChange(otherwise)),
    }
    field = field + TEMPLATE_FIELDS
  end
  return templates, field
end
