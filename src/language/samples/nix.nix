# The station as a package and as a service.
{ pkgs ? import <nixpkgs> { }, lib ? pkgs.lib, port ? 8080, ... }@args:

let
  inherit (pkgs) stdenv fetchurl;
  version = "1.4.0";
  /* Extra flags only where
     they are wanted. */
  flags = lib.optionals stdenv.isLinux [ "--with-udev" ];
in
stdenv.mkDerivation rec {
  pname = "station";
  inherit version;

  src = fetchurl {
    url = "https://example.org/station-${version}.tar.gz";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  configureFlags = flags ++ map (name: "--enable-${name}") [ "rain" "wind" ];

  postInstall = ''
    install -Dm644 station.conf $out/etc/${pname}.conf
  '';

  passthru.port = if args ? port then port else 80;
  meta = with lib; { license = licenses.mit; platforms = platforms.unix; };
}
