# bug: metadata-without-token
resource "aws_instance" "plain" {
  ami           = "ami-0123456789"
  instance_type = "t3.small"
}

# bug: metadata-without-token
resource "aws_instance" "optional" {
  ami = "ami-0123456789"

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "optional"
  }
}

# bug: metadata-without-token
resource "aws_launch_template" "workers" {
  name_prefix = "worker"

  metadata_options {
    http_put_response_hop_limit = 1
  }
}

# ok: metadata-without-token
resource "aws_instance" "safe" {
  ami = "ami-0123456789"

  metadata_options {
    http_tokens = "required"
  }
}

# ok: metadata-without-token
resource "aws_launch_template" "from_a_variable" {
  metadata_options {
    http_tokens = var.http_tokens
  }
}

# Nobody answers at all.
# ok: metadata-without-token
resource "aws_instance" "without_metadata" {
  metadata_options {
    http_endpoint = "disabled"
  }
}

# ok: metadata-without-token
resource "aws_instance" "made_elsewhere" {
  dynamic "metadata_options" {
    for_each = var.metadata
    content {
      http_tokens = metadata_options.value
    }
  }
}

# ok: metadata-without-token
resource "aws_db_instance" "database" {
  engine = "postgres"
}

# ok: metadata-without-token
data "aws_instance" "other" {
  instance_id = "i-0123"
}
