require "yaml"

class Uploads
  def read(io)
    # bug: yaml-load-of-objects
    spec = YAML.load(io.read)
    # bug: yaml-load-of-objects
    more = ::YAML.load io.read, symbolize_names: true
    # bug: yaml-load-of-objects
    [spec, more].map { |text| Psych.unsafe_load(text) }
  end

  def jobs(queue)
    queue.each do |body|
      # bug: yaml-load-of-objects
      YAML
        .load(
          body,
        )
        .run
    end
  end

  def careful(io)
    # ok: yaml-load-of-objects
    plain = YAML.safe_load(io.read)
    # ok: yaml-load-of-objects
    listed = YAML.load(io.read, permitted_classes: [Date])
    # ok: yaml-load-of-objects
    config = YAML.load_file("config/settings.yml")
    # ok: yaml-load-of-objects
    text = YAML.dump(plain)
    # ok: yaml-load-of-objects
    other = JSON.load(text)
    # ok: yaml-load-of-objects
    [listed, config, other, Plugin.load(:yaml)]
  end
end
