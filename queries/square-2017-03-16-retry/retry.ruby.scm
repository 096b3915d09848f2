; rescue … retry, right in the body of the rescue
((rescue body: (then (retry) @bug)))
